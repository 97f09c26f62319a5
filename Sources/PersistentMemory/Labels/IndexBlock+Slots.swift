import Basics

extension IndexBlock {
  /// Whether the bitmap calls `slot` free. `slot` must be one that the bitmap has a bit for.
  public func isFree(_ slot: Int) -> Bool { bytes[Self.headerSize + slot / 8] >> UInt8(slot % 8) & 1 == 1 }

  package mutating func markFree(_ slot: Int) { self[Self.byte(of: slot)] |= 1 << UInt8(slot % 8) }

  package mutating func markUsed(_ slot: Int) { self[Self.byte(of: slot)] &= ~(1 << UInt8(slot % 8)) }

  /// The slots in use, ascending.
  public var usedSlots: [Int] {
    var used: [Int] = []
    // Most bytes of most bitmaps say that eight slots are free.
    for first in stride(from: 0, to: slotCount, by: 8) where bytes[Self.headerSize + first / 8] != 0xff {
      for slot in first..<min(first + 8, slotCount) where !isFree(slot) { used.append(slot) }
    }
    return used
  }

  /// How many slots are free.
  public var freeCount: Int {
    let whole = slotCount / 8
    var count = 0
    for byte in bytes[Self.headerSize..<Self.headerSize + whole] { count += byte.nonzeroBitCount }
    for slot in whole * 8..<slotCount where isFree(slot) { count += 1 }
    return count
  }

  /// Bits that are set although no slot belongs to them.
  public var bitsBeyondSlots: [Int] {
    (slotCount..<(bytes.count - Self.headerSize) * 8).filter { isFree($0) }
  }

  private static func byte(of slot: Int) -> Field<UInt8> { Field("free", at: headerSize + slot / 8) }
}
