import Basics
import PersistentMemory
import QEMU

/// The arguments of one command.
struct QMPArguments {
  private let members: [(key: String, value: JSONValue)]

  init(_ value: JSONValue?) { members = value?.members ?? [] }

  /// The arguments as QEMU's dictionaries keep them.
  var dictionary: QEMUDictionary { QEMUDictionary(members) }

  private subscript(key: String) -> JSONValue? { members.first { $0.key == key }?.value }

  /// Throws if there are arguments other than `known`.
  func check(_ known: [String]) throws(MonitorError) {
    for member in members where !known.contains(member.key) {
      throw MonitorError(QEMUComplaint.unexpectedParameter(member.key))
    }
  }

  func text(_ key: String) throws(MonitorError) -> String {
    guard let value = self[key] else { throw .missing(key) }
    guard let text = value.text else { throw Self.wrongType(key, "string") }
    return text
  }

  /// Returns an unsigned number of at most 64 bits.
  func number(_ key: String) throws(MonitorError) -> UInt64 {
    guard let value = self[key] else { throw .missing(key) }
    switch value {
    case .integer(let number) where number >= 0: return UInt64(number)
    case .large(let number): return number
    default: throw Self.wrongType(key, "uint64")
    }
  }

  /// Returns a boolean; false if the argument is missing.
  func boolean(_ key: String) throws(MonitorError) -> Bool {
    switch self[key] {
    case nil: return false
    case .boolean(let value)?: return value
    default: throw Self.wrongType(key, "boolean")
    }
  }

  /// Returns the health values to set, each as a word.
  func healthWords() throws(MonitorError) -> [String] {
    var words: [String] = []
    for (key, value) in members where DIMMHealth.Setting(rawValue: key) != nil {
      switch value {
      case .text(let text): words.append("\(key)=\(text)")
      case .integer(let number): words.append("\(key)=\(number)")
      default: throw Self.wrongType(key, "string")
      }
    }
    return words
  }

  /// Throws if a capability is to be enabled, because there are none.
  func checkCapabilities() throws(MonitorError) {
    guard let value = self["enable"] else { return }
    guard let capabilities = value.elements else { throw Self.wrongType("enable", "array") }
    for capability in capabilities {
      guard let name = capability.text else { throw Self.wrongType("enable", "string") }
      throw MonitorError(QEMUComplaint.notAccepted(parameter: "enable", value: name))
    }
  }

  private static func wrongType(_ key: String, _ expected: String) -> MonitorError {
    MonitorError(QEMUComplaint.expectedType(parameter: key, expected))
  }
}
