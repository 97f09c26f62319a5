import Basics

/// The host's end of a serial port or a monitor: the value of `-serial`, `-monitor` and `-qmp`.
package enum CharacterDevice: Equatable, Sendable {
  case standardStreams
  /// Standard streams shared by the port and the monitor: `mon:stdio`.
  case standardStreamsWithMonitor
  /// Output is dropped.
  case null
  /// There is no such port.
  case none
  case file(path: String)
  case socket(path: String, isServer: Bool, waits: Bool)
  /// One that only QEMU has.
  case other(String)

  /// Reads `text`: what follows the option.
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
