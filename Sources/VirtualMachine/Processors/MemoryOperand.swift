package import CKVM

/// The memory that an instruction of 64-bit code accesses, for the instructions that KVM cannot emulate: those of vectors,
/// and those about cache lines.
///
/// Source: Intel SDM volume 2A, 2.1 to 2.7 (instruction formats, VEX, EVEX); appendix A (opcode maps).
package struct MemoryOperand: Equatable, Sendable {
  /// Linear.
  package let address: UInt64
  /// The number of bytes.
  package let size: Int
  package let isRead: Bool

  /// The operand of the instruction at the start of `bytes`; `nil` if it is not in memory, or not of a known form.
  package init?(_ bytes: [UInt8], _ registers: kvm_regs, fs: UInt64, gs: UInt64) {
    var reader = Reader(bytes)
    guard let opcode = Opcode(&reader), let modRM = reader.next(), modRM >> 6 != 3 else { return nil }
    let access = opcode.access(field: modRM >> 3 & 7)
    guard let access, let place = reader.effectiveAddress(modRM, opcode, registers, unit: access.size) else {
      return nil
    }
    address =
      (opcode.hasShortAddress ? place & 0xffff_ffff : place) &+ (opcode.segment.map { $0 == .fs ? fs : gs } ?? 0)
    (size, isRead) = (access.size, access.isRead)
  }

  fileprivate struct Reader {
    private var rest: ArraySlice<UInt8>
    /// The number of bytes that were read.
    private(set) var count = 0

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var first: UInt8? { rest.first }

    mutating func next() -> UInt8? {
      guard let byte = rest.popFirst() else { return nil }
      count += 1
      return byte
    }

    /// A displacement of `size` bytes, extended with its sign.
    mutating func displacement(_ size: Int) -> UInt64? {
      var value: UInt64 = 0
      for index in 0..<size {
        guard let byte = next() else { return nil }
        value |= UInt64(byte) << UInt64(index * 8)
      }
      return size == 1
        ? UInt64(bitPattern: Int64(Int8(truncatingIfNeeded: value)))
        : UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: value)))
    }

    /// The address that `modRM` and what follows it give; of a vector of addresses there is none. `unit` is the number of
    /// bytes by which EVEX counts a short displacement.
    mutating func effectiveAddress(
      _ modRM: UInt8, _ opcode: Opcode, _ registers: kvm_regs, unit: Int
    ) -> UInt64? {
      let mode = modRM >> 6
      var base = modRM & 7
      var address: UInt64 = 0
      var hasBase = true
      if base == 4 {
        guard let scale = next(), !opcode.isGather else { return nil }
        let index = scale >> 3 & 7 | (opcode.extendsIndex ? 8 : 0)
        if index != 4 { address &+= registers.general(index) << UInt64(scale >> 6) }
        base = scale & 7
        hasBase = base != 5 || mode != 0
      } else if base == 5, mode == 0 {
        guard let displacement = displacement(4) else { return nil }
        return registers.rip &+ UInt64(count + opcode.immediateSize) &+ displacement
      }
      if hasBase { address &+= registers.general(base | (opcode.extendsBase ? 8 : 0)) }
      switch mode {
      case 1:
        guard let displacement = displacement(1) else { return nil }
        return address &+ displacement &* (opcode.isEVEX ? UInt64(unit) : 1)
      case 2:
        guard let displacement = displacement(4) else { return nil }
        return address &+ displacement
      default:
        guard !hasBase else { return address }
        guard let displacement = displacement(4) else { return nil }
        return address &+ displacement
      }
    }
  }

  fileprivate enum Segment {
    case fs, gs
  }

  /// Prefixes and opcode.
  fileprivate struct Opcode {
    enum Prefix {
      case none, operandSize, repeated, notRepeated
    }

    var segment: Segment?
    var hasShortAddress = false
    var prefix = Prefix.none
    /// 1: 0F; 2: 0F 38; 3: 0F 3A.
    var map: UInt8 = 0
    var code: UInt8 = 0
    var isWide = false
    var extendsIndex = false
    var extendsBase = false
    var isEVEX = false
    var isBroadcast = false
    /// The bytes of a whole vector.
    var vector = 16

    init?(_ reader: inout Reader) {
      scan: while let byte = reader.first {
        switch byte {
        case 0x64: segment = .fs
        case 0x65: segment = .gs
        case 0x66: if prefix == .none { prefix = .operandSize }
        case 0x67: hasShortAddress = true
        case 0xf2: prefix = .notRepeated
        case 0xf3: prefix = .repeated
        case 0x26, 0x2e, 0x36, 0x3e, 0xf0: break
        default: break scan
        }
        _ = reader.next()
      }
      guard var byte = reader.next() else { return nil }
      if byte & 0xf0 == 0x40 {
        isWide = byte & 8 != 0
        extendsIndex = byte & 2 != 0
        extendsBase = byte & 1 != 0
        guard let next = reader.next() else { return nil }
        byte = next
      }
      switch byte {
      case 0x0f:
        guard let next = reader.next() else { return nil }
        switch next {
        case 0x38, 0x3a:
          map = next == 0x38 ? 2 : 3
          guard let last = reader.next() else { return nil }
          code = last
        default: (map, code) = (1, next)
        }
      case 0xc5:
        guard let second = reader.next(), let last = reader.next() else { return nil }
        map = 1
        take(second)
        isWide = false
        code = last
      case 0xc4, 0x62:
        guard let second = reader.next(), let third = reader.next() else { return nil }
        isEVEX = byte == 0x62
        map = second & (isEVEX ? 0x07 : 0x1f)
        extendsIndex = second & 0x40 == 0
        extendsBase = second & 0x20 == 0
        take(third)
        if isEVEX {
          guard let fourth = reader.next() else { return nil }
          isBroadcast = fourth & 0x10 != 0
          vector = 16 << Int(fourth >> 5 & 3)
        }
        guard let last = reader.next() else { return nil }
        code = last
      default: return nil
      }
      guard (1...3).contains(map) else { return nil }
    }

    /// Takes W, L and the prefix from the last byte of VEX, or the second of EVEX.
    private mutating func take(_ byte: UInt8) {
      isWide = byte & 0x80 != 0
      vector = byte & 4 != 0 ? 32 : 16
      prefix = [.none, .operandSize, .repeated, .notRepeated][Int(byte & 3)]
    }

    /// Indices in a vector register: many addresses at once.
    var isGather: Bool { map == 2 && (0x90...0x93).contains(code) || map == 2 && (0xa0...0xa3).contains(code) }

    var immediateSize: Int {
      switch (map, code) {
      case (3, _), (1, 0x70...0x73), (1, 0xa4), (1, 0xac), (1, 0xba), (1, 0xc2), (1, 0xc4...0xc6): 1
      default: 0
      }
    }

    /// The bytes that the opcode accesses, whose ModRM byte extends it by `field`, and whether it reads them.
    func access(field: UInt8) -> (size: Int, isRead: Bool)? {
      let word = isWide ? 8 : 4
      if isBroadcast { return (word, true) }
      switch (map, code) {
      // Instructions without ModRM byte.
      case (1, 0x05...0x0b), (1, 0x30...0x37), (1, 0x77), (1, 0x80...0x8f), (1, 0xa0...0xa2), (1, 0xa8...0xaa),
        (1, 0xc8...0xcf):
        return nil
      // Scalars, read and written.
      case (1, 0x10) where prefix == .repeated, (1, 0x51...0x5f) where prefix == .repeated: return (4, true)
      case (1, 0x10) where prefix == .notRepeated, (1, 0x51...0x5f) where prefix == .notRepeated: return (8, true)
      case (1, 0x11) where prefix == .repeated: return (4, false)
      case (1, 0x11) where prefix == .notRepeated: return (8, false)
      case (1, 0x12), (1, 0x16): return (prefix == .notRepeated || prefix == .repeated ? vector : 8, true)
      case (1, 0x13), (1, 0x17), (1, 0xd6): return (8, false)
      case (1, 0x2a), (1, 0x2d), (1, 0x2c): return (word, true)
      case (1, 0x6e): return (word, true)
      case (1, 0x7e) where prefix == .repeated: return (8, true)
      case (1, 0x7e), (1, 0xc3): return (word, false)
      case (1, 0xc4): return (2, true)
      // Prefetches, CLWB and CLFLUSH deliver no data.
      case (1, 0x0d), (1, 0x18): return (64, false)
      case (1, 0xae): return field >= 6 ? (64, false) : (512, field == 1 || field == 5)
      case (1, 0xc7): return (isWide ? 16 : 8, true)
      // Whole vectors, written.
      case (1, 0x11), (1, 0x29), (1, 0x2b), (1, 0x7f), (1, 0xe7): return (vector, false)
      case (2, 0x18), (2, 0x58), (2, 0x0c): return (code == 0x0c ? vector : 4, true)
      case (2, 0x19), (2, 0x59): return (8, true)
      case (2, 0x1a), (2, 0x5a): return (16, true)
      case (2, 0x78): return (1, true)
      case (2, 0x79): return (2, true)
      case (2, 0x20), (2, 0x23), (2, 0x25), (2, 0x30), (2, 0x33), (2, 0x35): return (vector / 2, true)
      case (2, 0x21), (2, 0x24), (2, 0x31), (2, 0x34): return (vector / 4, true)
      case (2, 0x22), (2, 0x32): return (vector / 8, true)
      case (2, 0x2e), (2, 0x2f), (2, 0x8e): return (vector, false)
      case (2, 0xf0): return (word, true)
      case (2, 0xf1): return (word, false)
      case (3, 0x14): return (1, false)
      case (3, 0x15): return (2, false)
      case (3, 0x16), (3, 0x17): return (word, false)
      case (3, 0x19), (3, 0x39): return (16, false)
      case (3, 0x1b), (3, 0x3b): return (32, false)
      case (3, 0x18), (3, 0x38): return (16, true)
      case (3, 0x1a), (3, 0x3a): return (32, true)
      case (3, 0x20): return (1, true)
      case (3, 0x21): return (4, true)
      case (3, 0x22): return (word, true)
      default: return (vector, true)
      }
    }
  }
}

extension kvm_regs {
  /// The general register that instructions number `index`.
  fileprivate func general(_ index: UInt8) -> UInt64 {
    switch index {
    case 0: rax
    case 1: rcx
    case 2: rdx
    case 3: rbx
    case 4: rsp
    case 5: rbp
    case 6: rsi
    case 7: rdi
    case 8: r8
    case 9: r9
    case 10: r10
    case 11: r11
    case 12: r12
    case 13: r13
    case 14: r14
    default: r15
    }
  }
}
