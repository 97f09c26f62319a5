import CLinux
import Synchronization
package import SystemPackage

/// A monitor that shares the console with the guest's serial port.
package protocol ConsoleMonitor: Attendant {
  /// Whether input goes to the monitor.
  var hasFocus: Bool { get }

  /// Whether it has so much pending output that it should get no more input.
  var isBusy: Bool { get }

  /// Handles Ctrl-A C: switches the input between the guest and the monitor.
  func switchFocus()

  /// Takes typed input.
  func type(_ bytes: [UInt8])
}

/// The parser of the Ctrl-A key sequences on a console, which are those of QEMU.
package struct ConsoleEscape: Sendable {
  package enum Command: Equatable, Sendable {
    /// X: ends the machine.
    case quit
    /// C: switches to the monitor, or back to the guest.
    case monitor
    /// H, ?: lists the keys.
    case help
  }

  package enum Key: Equatable, Sendable {
    /// Input for the guest.
    case input([UInt8])
    case command(Command)
  }

  private static let prefix: UInt8 = 0x01  // Ctrl-A
  private var isEscaped = false

  package init() {}

  /// Splits typed bytes into input and commands; remembers a prefix at the end.
  package mutating func read(_ bytes: [UInt8]) -> [Key] {
    var keys: [Key] = []
    var input: [UInt8] = []
    for byte in bytes {
      guard isEscaped else {
        if byte == Self.prefix { isEscaped = true } else { input.append(byte) }
        continue
      }
      isEscaped = false
      guard let command = Self.command(byte) else {
        // Ctrl-A twice, or followed by A, is one Ctrl-A for the guest. Other keys are ignored.
        if byte == Self.prefix || byte | 0x20 == UInt8(ascii: "a") { input.append(Self.prefix) }
        continue
      }
      if !input.isEmpty { keys.append(.input(input)) }
      input = []
      keys.append(.command(command))
    }
    if !input.isEmpty { keys.append(.input(input)) }
    return keys
  }

  private static func command(_ byte: UInt8) -> Command? {
    switch byte {
    case UInt8(ascii: "x"), UInt8(ascii: "X"): .quit
    case UInt8(ascii: "c"), UInt8(ascii: "C"): .monitor
    case UInt8(ascii: "h"), UInt8(ascii: "H"), UInt8(ascii: "?"): .help
    default: nil
    }
  }
}

/// The outputs of the console and of a script, as the CPUs' threads use them.
final class ConsoleOutput: Sendable {
  private let event: HostEvent
  private let isAbandoned = Atomic(false)

  init(_ event: consuming HostEvent) { self.event = event }

  /// Becomes readable when output is lost.
  var lost: FileDescriptor { event.descriptor }

  /// Stops waiting for readers: from now on a signal ends a wait for one that stalls.
  func abandon() { isAbandoned.store(true, ordering: .releasing) }

  func send(_ byte: UInt8, to console: HostConsole) {
    if !console.send(byte, unless: { isAbandoned.load(ordering: .acquiring) }) { event.send() }
  }
}

/// A terminal in raw mode. It is restored when the owner ends, and also if the process crashes.
package struct RawTerminal: ~Copyable {
  /// Returns `nil` if `descriptor` is not a terminal. With `keepsSignals`, Ctrl-C and Ctrl-\ still end the process.
  package init?(_ descriptor: FileDescriptor, keepsSignals: Bool = false) {
    guard clinux_terminal_make_raw(descriptor.rawValue, keepsSignals) == 0 else { return nil }
  }

  deinit { clinux_terminal_restore() }
}
