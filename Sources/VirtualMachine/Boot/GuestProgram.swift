/// A program that a guest runs from its first instruction on.
package protocol GuestProgram: Sendable {
  /// Loads the program into `ram` at places that `map` has free. Returns how the first CPU enters it.
  func load(into ram: borrowing GuestRAM, _ map: inout AddressMap) throws(BootError) -> ProgramEntry

  /// Whether a reset with the warm start flag set is a panic.
  var marksPanics: Bool { get }
}

extension GuestProgram {
  package var marksPanics: Bool { false }
}

/// The state in which the first CPU enters a program, in 64-bit mode with paging.
package struct ProgramEntry: Equatable, Sendable {
  package let instruction: UInt64
  /// The value of RSI; for Linux, the address of the boot parameters.
  package let argument: UInt64

  package init(instruction: UInt64, argument: UInt64 = 0) {
    self.instruction = instruction
    self.argument = argument
  }
}

/// Bare instructions at a fixed address, for tests.
package struct FlatProgram: GuestProgram {
  private let code: [UInt8]
  private let address: UInt64

  package init(_ code: [UInt8], at address: UInt64 = 0x10_0000) {
    self.code = code
    self.address = address
  }

  package func load(into ram: borrowing GuestRAM, _ map: inout AddressMap) throws(BootError) -> ProgramEntry {
    try ram.place("program", code, at: address, &map)
    return ProgramEntry(instruction: address)
  }
}

extension GuestRAM {
  /// Claims the place of `bytes` at `address` under `name`, and writes them there.
  func place(
    _ name: String, _ bytes: [UInt8], at address: UInt64, _ map: inout AddressMap
  ) throws(BootError) {
    do { try map.claim(name, at: address, count: UInt64(bytes.count)) } catch { throw .conflict(error) }
    guard write(bytes, at: address) else { throw .outsideRAM(name, address: address, count: bytes.count) }
  }
}
