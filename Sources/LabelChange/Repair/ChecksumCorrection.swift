import Basics

/// What a block was before it was damaged, by its own Fletcher64.
///
/// The checksum tells more than that something is wrong. Where one 32-bit word has changed, the low half of the sum is off
/// by the change, and the high half by the change times the number of words from there to the end: together they say by
/// how much, and mostly which word it was. Of changes confined to the highest bits of a word they leave several.
enum ChecksumCorrection {
  /// Every block that differs from `bytes` in one word, and that has the checksum stored in `field`; or in one word of the
  /// checksum, where all else is as it was. None where the checksum holds, or where more is damaged.
  static func candidates(for bytes: [UInt8], checksum field: Field<UInt64>) -> [[UInt8]] {
    let (stored, computed) = (bytes[field], Fletcher64.checksum(bytes, zeroing: field))
    let low = UInt32(truncatingIfNeeded: stored) &- UInt32(truncatingIfNeeded: computed)
    let high = UInt32(truncatingIfNeeded: stored >> 32) &- UInt32(truncatingIfNeeded: computed >> 32)
    guard low != 0 || high != 0 else { return [] }
    let words = bytes.count / 4
    var candidates = (0..<words).filter { word in
      !field.range.contains(word * 4) && low != 0 && UInt32(truncatingIfNeeded: words - word) &* low == high
    }.map { word in
      var block = bytes
      block.store(block.load(UInt32.self, at: word * 4) &+ low, at: word * 4)
      return block
    }
    if low == 0 || high == 0 {
      var block = bytes
      block[field] = computed
      candidates.append(block)
    }
    return candidates
  }
}
