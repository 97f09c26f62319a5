import Basics
import PersistentMemory
import QEMU

/// The arguments of one command.
struct QMPArguments {
  private let members: [(key: String, value: JSONValue)]

  init(_ value: JSONValue?) { members = value?.members ?? [] }

  /// As QEMU keeps them.
  var dictionary: QEMUDictionary { QEMUDictionary(members) }

  private subscript(key: String) -> JSONValue? { members.first { $0.key == key }?.value }

  /// Throws where there are others than `known`.
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

  /// A number of at most 64 bits, without a sign.
  func number(_ key: String) throws(MonitorError) -> UInt64 {
    guard let value = self[key] else { throw .missing(key) }
    switch value {
    case .integer(let number) where number >= 0: return UInt64(number)
    case .large(let number): return number
    default: throw Self.wrongType(key, "uint64")
    }
  }

  /// False where it is not there.
  func boolean(_ key: String) throws(MonitorError) -> Bool {
    switch self[key] {
    case nil: return false
    case .boolean(let value)?: return value
    default: throw Self.wrongType(key, "boolean")
    }
  }

  /// What is set of a DIMM's health, each as a word.
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

  /// There are no capabilities to enable.
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
