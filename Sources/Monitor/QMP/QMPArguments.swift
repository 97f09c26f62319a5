import QEMU

/// The arguments of one command.
struct QMPArguments {
  private let members: [(key: String, value: JSONValue)]

  init(_ value: JSONValue?) {
    guard case .object(let members)? = value else {
      members = []
      return
    }
    self.members = members
  }

  private subscript(key: String) -> JSONValue? { members.first { $0.key == key }?.value }

  /// Throws where there are others than `known`.
  func check(_ known: [String]) throws(MonitorError) {
    for member in members where !known.contains(member.key) {
      throw MonitorError("Parameter '\(member.key)' is unexpected")
    }
  }

  func text(_ key: String) throws(MonitorError) -> String {
    guard let value = self[key] else { throw .missing(key) }
    guard let text = value.string else { throw Self.wrongType(key, "string") }
    return text
  }

  /// There are no capabilities to enable.
  func checkCapabilities() throws(MonitorError) {
    guard let value = self["enable"] else { return }
    guard let capabilities = value.elements else { throw Self.wrongType("enable", "array") }
    for capability in capabilities {
      guard let name = capability.string else { throw Self.wrongType("enable", "string") }
      throw MonitorError("Parameter 'enable' does not accept value '\(name)'")
    }
  }

  /// The backend of an `object-add`, whose arguments have types of their own.
  func backend() throws(MonitorError) -> MemoryBackend {
    var properties: [PropertyList.Property] = []
    for (key, value) in members {
      properties.append(PropertyList.Property(key: key, value: try Self.property(key, value)))
    }
    do { return try MemoryBackend(objectToAdd: PropertyList(properties)) } catch {
      throw MonitorError(error, adding: .object(isTyped: true))
    }
  }

  /// The NVDIMM of a `device_add`, whose arguments QEMU takes as texts.
  func device() throws(MonitorError) -> NVDIMMDevice {
    var properties: [PropertyList.Property] = []
    for (key, value) in members {
      let text: String
      switch value {
      case .text(let value): text = value
      case .boolean(let value): text = value ? "on" : "off"
      case .integer, .large, .real: text = value.description
      case .null, .array, .object: throw Self.wrongType(key, "string")
      }
      properties.append(PropertyList.Property(key: key, value: .text(text)))
    }
    do { return try NVDIMMDevice(deviceToAdd: PropertyList(properties)) } catch {
      throw MonitorError(error, adding: .device)
    }
  }

  private static let texts = ["qom-type", "id", "mem-path"]
  private static let numbers = ["size", "align"]

  private static func property(_ key: String, _ value: JSONValue) throws(MonitorError) -> PropertyList.Value {
    switch value {
    case .text(let text) where texts.contains(key): return .text(text)
    case .integer(let number) where numbers.contains(key) && number >= 0: return .number(UInt64(number))
    case .large(let number) where numbers.contains(key): return .number(number)
    case .boolean(let boolean) where !texts.contains(key) && !numbers.contains(key): return .boolean(boolean)
    default: break
    }
    if texts.contains(key) { throw wrongType(key, "string") }
    if numbers.contains(key) { throw MonitorError("Parameter '\(key)' expects uint64") }
    // A name that nobody knows is told as such, not as a value of the wrong type.
    if flags.contains(key) { throw wrongType(key, "boolean") }
    return .flag
  }

  private static let flags = ["share", "readonly", "pmem", "prealloc", "discard-data", "merge", "dump", "reserve"]

  private static func wrongType(_ key: String, _ expected: String) -> MonitorError {
    MonitorError("Invalid parameter type for '\(key)', expected: \(expected)")
  }
}
