import Firmware
import TestSupport

/// A program of random accesses: a sequence of what a hostile guest can do.
///
/// It records its changes to the method window, so that the final contents of the label areas are known. It does
/// nothing that would end the machine in a documented way, so its last instruction is reached.
struct HostileProgram {
  private(set) var payload = Payload()
  private var random: SeededGenerator
  /// The reference for the label methods, after all calls so far.
  private(set) var reference: LabelReference
  private var window = [UInt8](repeating: 0, count: Int(GuestPlatform.methodWindow.count))

  /// The RAM for the source and destination of the program's string instructions.
  private static let scratch: Range<UInt64> = 0x80_0000..<0x90_0000
  private static let ramEnd: UInt64 = 16 << 20
  /// The end of the range that this machine maps one to one.
  private static let mappedEnd: UInt64 = 8 << 30

  init(_ random: SeededGenerator, reference: LabelReference) {
    self.random = random
    self.reference = reference
  }

  mutating func append(_ build: (inout Payload) -> Void) { build(&payload) }

  mutating func append(steps: Int) { for _ in 0..<steps { step() } }

  private mutating func step() {
    switch Int.random(in: 0..<10, using: &random) {
    case 0...2: call()
    case 3...4: accessPort()
    case 5: sendString()
    case 6: payload.copy(UInt32.random(in: 0...48, using: &random), from: place(), to: place())
    case 7: payload.store(UInt64.random(in: 0...(.max), using: &random), width: width(8), at: place())
    default: payload.load(width: width(8), from: place())
    }
  }

  private mutating func width(_ limit: Int) -> Int {
    [1, 2, 4, 8].filter { $0 <= limit }.randomElement(using: &random) ?? 1
  }

  private mutating func word() -> UInt32 {
    UInt32.random(in: 0...(.max), using: &random) >> UInt32.random(in: 0...31, using: &random)
  }

  // MARK: Label methods

  /// Changes some words of the window and rings the doorbell with a length, or with what QEMU's device takes for the
  /// address of a page: the end of RAM, the hole, an NVDIMM, its label area, unmapped or unaligned addresses.
  private mutating func call() {
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      let place = Int.random(in: 0...11, using: &random)
      let size = UInt32(FuzzedDIMMs.labelSize)
      let values: [UInt32] =
        switch place {
        case 0: [1, 1, 1, 2, 3, 4, 9, 0, .max]
        case 1: [0, 2, 3, 3, 4, 5, word()]
        case 2: [0, 4, 5, 6, 6, word()]
        case 4, 5, 6: [0, 0, 4, 0x100, 0x8000, size - 4, size, 0x1_0001, .max - 2, word()]
        case 7: [0, 0, 1, .max]
        default: [word()]
        }
      put(values.randomElement(using: &random) ?? 0, at: place)
    }
    let addresses: [UInt32] = [
      UInt32(Self.ramEnd) - 0x1000, UInt32(Self.ramEnd), 0xc000_0000, UInt32(GuestPlatform.methodWindow.lowerBound),
      0x1001,
      .max - 4095, .max,
    ]
    let lengths: [UInt32] = [0, 15, 16, 24, 32, 36, 36, 64, 0x124, 0x1_0010, 0x1_0020, 0x1_0021]
    let value = (Int.random(in: 0..<4, using: &random) == 0 ? addresses : lengths).randomElement(using: &random) ?? 0
    ring(value)
  }

  private mutating func put(_ value: UInt32, at place: Int) {
    payload.store(value, at: GuestPlatform.methodWindow.lowerBound + UInt64(place * 4))
    for index in 0..<4 { window[place * 4 + index] = UInt8(truncatingIfNeeded: value >> (index * 8)) }
  }

  private mutating func ring(_ length: UInt32) {
    payload.out(length, width: 4, to: GuestPlatform.methodDoorbellPort)
    let request = Array(window.prefix(min(Int(length), MethodWindow.requestLimit)))
    let response = reference.respond(to: request)
    window.replaceSubrange(..<response.count, with: response)
  }

  // MARK: Ports

  /// Returns a port at which no write ends the machine or calls a label method.
  private mutating func port() -> UInt16 {
    while true {
      let port =
        Bool.random(using: &random)
        ? UInt16.random(in: 0...(.max), using: &random)
        : [
          0x3f8, 0x3f9, 0x3fa, 0x3fb, 0x3fc, 0x3fd, 0x2f8, 0x3e8, 0x2e8, 0xa17, 0xa19, 0xa1c, 0xa21, 0xa23, 0xcf8,
          0xcfc, 0x70, 0x64,
        ]
        .randomElement(using: &random) ?? 0
      if ![GuestPlatform.methodDoorbellPort, GuestPlatform.sleepControlPort, GuestPlatform.resetPort].contains(port) {
        return port
      }
    }
  }

  private mutating func accessPort() {
    if Bool.random(using: &random) {
      payload.out(word(), width: width(4), to: port())
    } else {
      payload.in(width: width(4), from: port())
    }
  }

  /// Sends a string to a port or from it, upwards or downwards, to its end within RAM or beyond.
  private mutating func sendString() {
    let count = [0, 1, 2, 17, 300, 1500].randomElement(using: &random) ?? 0
    let start = [Self.scratch.lowerBound + 0x1000, Self.scratch.upperBound - 3, Self.ramEnd - 5].randomElement(
      using: &random)
    let (address, isDown) = (start ?? 0, Bool.random(using: &random))
    if Bool.random(using: &random) {
      payload.outString(width: width(4), count: UInt32(count), from: address, isDown: isDown, to: port())
    } else {
      payload.inString(width: width(4), count: UInt32(count), to: address, isDown: isDown, from: port())
    }
  }

  // MARK: Memory

  /// Returns any address: ends of RAM, of the NVDIMMs and of the firmware's memory, and pages without memory.
  private mutating func place() -> UInt64 {
    let slot = UInt64.random(in: 0..<5, using: &random)
    let dimm = FuzzedDIMMs.address + slot * FuzzedDIMMs.distance
    let around = UInt64.random(in: 0...16, using: &random)
    return switch Int.random(in: 0..<9, using: &random) {
    case 0: Self.ramEnd + around - 8
    case 1: dimm + around
    case 2: dimm + UInt64(FuzzedDIMMs.regionSize) + around - 8
    case 3: dimm + UInt64(FuzzedDIMMs.size) + around - 8
    case 4: GuestPlatform.firmwareMemory.upperBound + around - 8
    case 5: UInt64.random(in: GuestPlatform.flushHints, using: &random)
    case 6: UInt64.random(in: 0xfed0_0000..<0xfedf_f000, using: &random)
    case 7: UInt64.random(in: Self.ramEnd..<0xfe00_0000, using: &random)
    default: UInt64.random(in: FuzzedDIMMs.address..<Self.mappedEnd - 64, using: &random)
    }
  }
}
