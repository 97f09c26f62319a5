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
package struct Fletcher64 {
  private var low: UInt32 = 0
  private var high: UInt32 = 0
  /// The last bytes, which do not make up a whole word yet.
  private var rest: [UInt8] = []

  package init() {}

  /// Appends `bytes` to what the checksum covers.
  package mutating func append(_ bytes: [UInt8]) {
    let bytes = rest.isEmpty ? bytes : rest + bytes
    let end = bytes.count / 4 * 4
    append(wordsOf: bytes, in: 0..<end)
    rest = [UInt8](bytes[end...])
  }

  private mutating func append(wordsOf bytes: [UInt8], in range: Range<Int>) {
    var (low, high) = (low, high)
    precondition(range.upperBound <= bytes.count, "words outside their block")
    // Safe: each load is inside the bytes.
    unsafe bytes.withUnsafeBytes { bytes in
      for offset in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
        low &+= UInt32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        high &+= low
      }
    }
    (self.low, self.high) = (low, high)
  }

  private mutating func append(zeroWords count: Int) { high &+= low &* UInt32(truncatingIfNeeded: count) }

  /// Appends `bytes` to what the checksum covers; pieces of zeros are not loaded into memory.
  package mutating func append(_ bytes: SparseBytes) {
    bytes.forEachPiece { range, piece in
      if let piece { return append(piece) }
      let head = min(range.count, rest.isEmpty ? 0 : 4 - rest.count)
      append([UInt8](repeating: 0, count: head))
      let words = (range.count - head) / 4
      append(zeroWords: words)
      append([UInt8](repeating: 0, count: range.count - head - words * 4))
    }
  }

  /// The checksum of all appended bytes, padded with zeros to a whole word.
  package var checksum: UInt64 {
    var padded = self
    if !rest.isEmpty { padded.append([UInt8](repeating: 0, count: 4 - rest.count)) }
    return UInt64(padded.high) << 32 | UInt64(padded.low)
  }

  /// Returns the checksum of `bytes` as little-endian 32-bit words. The length must be a multiple of four.
  ///
  /// With `zeroing`, the eight bytes of that field count as zero, as a structure's own checksum field does in its
  /// checksum.
  package static func checksum(_ bytes: [UInt8], zeroing field: Field<UInt64>? = nil) -> UInt64 {
    precondition(bytes.count.isMultiple(of: 4), "Fletcher64 is defined over whole 32-bit words")
    let skipped = field?.range ?? bytes.count..<bytes.count
    var sum = Fletcher64()
    sum.append(wordsOf: bytes, in: 0..<skipped.lowerBound)
    sum.append(zeroWords: skipped.count / 4)
    sum.append(wordsOf: bytes, in: skipped.upperBound..<bytes.count)
    return sum.checksum
  }
}

/// The hash for stored secrets that only need to be compared.
///
/// Source: FIPS 180-4, 6.2.
package enum SHA256 {
  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]

  /// Returns the 32-byte hash of `bytes`.
  package static func digest(_ bytes: [UInt8]) -> [UInt8] {
    let length = UInt64(bytes.count) * 8
    let message =
      bytes + [0x80] + [UInt8](repeating: 0, count: (119 - bytes.count % 64) % 64)
      + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: length >> UInt64($0)) }
    var hash: [UInt32] = [
      0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    for block in stride(from: 0, to: message.count, by: 64) { absorb(message[block..<block + 64], into: &hash) }
    return hash.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }
  }

  private static func absorb(_ block: ArraySlice<UInt8>, into hash: inout [UInt32]) {
    var schedule: [UInt32] = (0..<16).map { word in
      (0..<4).reduce(0) { $0 << 8 | UInt32(block[block.startIndex + 4 * word + $1]) }
    }
    for word in 16..<64 {
      let (old, new) = (schedule[word - 15], schedule[word - 2])
      let small = rotated(old, 7) ^ rotated(old, 18) ^ old >> 3
      let large = rotated(new, 17) ^ rotated(new, 19) ^ new >> 10
      schedule.append(schedule[word - 16] &+ small &+ schedule[word - 7] &+ large)
    }
    var state = hash
    for round in 0..<64 {
      let (a, b, c, e, f, g) = (state[0], state[1], state[2], state[4], state[5], state[6])
      let choice = e & f ^ ~e & g
      let first =
        state[7] &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ constants[round] &+ schedule[round]
      let majority = a & b ^ a & c ^ b & c
      let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
      state = [first &+ second, a, b, c, state[3] &+ first, e, f, g]
    }
    for index in hash.indices { hash[index] &+= state[index] }
  }

  private static func rotated(_ word: UInt32, _ bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }
}
