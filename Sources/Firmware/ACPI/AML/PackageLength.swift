extension AML {
  /// The length prefix of a block: it counts itself and everything that follows it.
  ///
  /// Source: ACPI 6.5, 20.2.4 (Package Length Encoding).
  enum PackageLength {
    /// `content` with its length in front of it.
    static func wrapping(_ content: [UInt8]) -> [UInt8] {
      encoding(content.count, countingItself: true) + content
    }

    /// `count` in the one to four bytes of a PkgLength; with `countingItself` those bytes are added to it.
    ///
    /// The lead byte holds six bits on its own, or four bits and the number of bytes that follow.
    static func encoding(_ count: Int, countingItself: Bool) -> [UInt8] {
      for size in 1...4 {
        let total = countingItself ? count + size : count
        guard total < 1 << (size == 1 ? 6 : 8 * size - 4) else { continue }
        if size == 1 { return [UInt8(total)] }
        let lead = UInt8(size - 1) << 6 | UInt8(total & 0xF)
        return [lead] + (1..<size).map { UInt8(truncatingIfNeeded: total >> (8 * $0 - 4)) }
      }
      preconditionFailure("an AML block of \(count) bytes has no encoding")
    }
  }
}
