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
