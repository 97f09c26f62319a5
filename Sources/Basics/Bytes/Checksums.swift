/// The checksum of GUID partition tables, which is that of Ethernet and zlib.
///
/// Source: UEFI 2.10, 8.3 (CalculateCrc32); ISO 3309.
package enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { (byte: UInt32) in
    (0..<8).reduce(byte) { value, _ in value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1 }
  }

  package static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in table[Int((sum ^ UInt32(byte)) & 0xff)] ^ (sum >> 8) }
  }
}

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
