import Basics

/// The host's end of a serial port or a monitor: the value of `-serial`, `-monitor` and `-qmp`.
package enum CharacterDevice: Equatable, Sendable {
  case standardStreams
  /// Standard streams shared by the port and the monitor: `mon:stdio`.
  case standardStreamsWithMonitor
  /// Output is discarded.
  case null
  /// The port does not exist.
  case none
  case file(path: String)
  case socket(path: String, isServer: Bool, waits: Bool)
  /// A kind that only QEMU has.
  case other(String)

  /// Reads `text`, the value of the option.
  init(_ text: String) throws(QEMUComplaint) {
    // `nowait` is `wait=off`.
    var reader = QEMUValueReader(OptionList(parsing: text, impliedKey: "backend").dictionary, .options)
    let name = try reader.required(reader.text("backend"), "backend")
    let isServer = try reader.boolean("server") ?? false
    let waits = try reader.boolean("wait") ?? true
    self =
      switch name {
      case "stdio": .standardStreams
      case "mon:stdio": .standardStreamsWithMonitor
      case "null": .null
      case "none": .none
      case _ where name.hasPrefix("file:"): .file(path: String(name.dropFirst(5)))
      case _ where name.hasPrefix("unix:"):
        .socket(path: String(name.dropFirst(5)), isServer: isServer, waits: isServer && waits)
      default: .other(name)
      }
    try reader.finish()
  }
}

/// What `-d` can trace while a machine runs.
package enum TraceTopic: String, CaseIterable, Sendable {
  /// Each call of a label method.
  case labelCalls = "dsm"
  /// The arrival of devices while the guest runs, and the notification of the guest.
  case hotplug
  /// Each exit of a CPU.
  case exits

  /// Reads the value of `-d`: topics separated by commas.
  static func all(in value: String) throws(QEMUComplaint) -> Set<TraceTopic> {
    var topics: Set<TraceTopic> = []
    for name in value.split(separator: ",", omittingEmptySubsequences: false) {
      guard let topic = TraceTopic(rawValue: String(name)) else {
        throw .strict(.notOneOf(parameter: "-d", value: String(name), expected: allCases.map(\.rawValue)))
      }
      topics.insert(topic)
    }
    return topics
  }
}
