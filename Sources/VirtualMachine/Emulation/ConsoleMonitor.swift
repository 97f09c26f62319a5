import CLinux
import Synchronization
package import SystemPackage

/// A monitor that shares the console with the guest's serial port.
package protocol ConsoleMonitor: Attendant {
  /// Whether what is typed is for the monitor.
  var hasFocus: Bool { get }

  /// Whether it has so much to say still that nothing more should be typed.
  var isBusy: Bool { get }

  /// Ctrl-A C: gives what is typed from now on to the other of the two.
  func switchFocus()

  /// Takes what was typed.
  func type(_ bytes: [UInt8])
}

/// What the keys behind Ctrl-A ask for on a console, as on QEMU's.
package struct ConsoleEscape: Sendable {
  package enum Command: Equatable, Sendable {
    /// X: end the machine.
    case quit
    /// C: the monitor, or back to the guest.
    case monitor
    /// H, ?: say which keys there are.
    case help
  }

  package enum Key: Equatable, Sendable {
    /// Bytes for the guest.
    case input([UInt8])
    case command(Command)
  }

  private static let prefix: UInt8 = 0x01  // Ctrl-A
  private var isEscaped = false

  package init() {}

  /// Splits what was typed into input and commands; a prefix at the end is remembered.
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
        // Ctrl-A twice, or A: one Ctrl-A for the guest. Other keys mean nothing.
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

/// The output of the console and of a script as the CPUs' threads see it.
final class ConsoleOutput: Sendable {
  private let event: HostEvent
  private let isAbandoned = Atomic(false)

  init(_ event: consuming HostEvent) { self.event = event }

  /// Readable once output is lost.
  var lost: FileDescriptor { event.descriptor }

  /// From now on a reader that stalls holds up nobody: a signal ends the wait for it.
  func abandon() { isAbandoned.store(true, ordering: .releasing) }

  func send(_ byte: UInt8, to console: HostConsole) {
    if !console.send(byte, unless: { isAbandoned.load(ordering: .acquiring) }) { event.send() }
  }
}

/// A terminal in raw mode, given back when the owner ends, and by a crash of the process, too.
package struct RawTerminal: ~Copyable {
  /// Nil where `descriptor` is no terminal. `keepsSignals`: Ctrl-C and Ctrl-\ still end the process.
  package init?(_ descriptor: FileDescriptor, keepsSignals: Bool = false) {
    guard clinux_terminal_make_raw(descriptor.rawValue, keepsSignals) == 0 else { return nil }
  }

  deinit { clinux_terminal_restore() }
}
