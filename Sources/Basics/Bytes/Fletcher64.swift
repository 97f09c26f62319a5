/// The checksum of index blocks, labels, info blocks and interleave-set cookies.
///
/// Source: UEFI 2.10, section 13.19 (NVDIMM Label Protocol), "Fletcher64"; Linux `nd_fletcher64`.
package enum Fletcher64 {
  /// The checksum of `bytes`, taken as little-endian 32-bit words. The length must be a multiple of four.
  ///
  /// With `zeroing` the eight bytes at that offset count as zero: that is how a structure's own checksum
  /// field takes part in its checksum.
  package static func checksum(_ bytes: [UInt8], zeroing field: Field<UInt64>? = nil) -> UInt64 {
    precondition(bytes.count.isMultiple(of: 4), "Fletcher64 is defined over whole 32-bit words")
    var low: UInt32 = 0
    var high: UInt32 = 0
    let skipped = field?.range ?? 0..<0
    for offset in stride(from: 0, to: bytes.count, by: 4) {
      if !skipped.contains(offset) { low &+= bytes.load(UInt32.self, at: offset) }
      high &+= low
    }
    return UInt64(high) << 32 | UInt64(low)
  }
}
