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

  init(_ reader: inout PropertyReader) throws(ConfigurationError) {
    let name = try reader.required("backend")
    let isServer = try reader.flag("server") ?? false
    let waitsNot = try reader.flag("nowait") ?? false
    let waits = try reader.flag("wait") ?? !waitsNot
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
  }
}
