import Basics

/// Reconstructs a damaged block from its own Fletcher64.
///
/// The checksum reveals more than the fact of damage. If one 32-bit word has changed, the low half of the sum is off by
/// the change, and the high half by the change times the number of words from there to the end. Together they give the
/// change, and usually the word. Changes confined to the highest bits of a word leave several candidates.
enum ChecksumCorrection {
  /// Returns every block that differs from `bytes` in one word and has the checksum stored in `field`, or that differs
  /// only in one word of the checksum. Empty if the checksum is right, or if more is damaged.
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
