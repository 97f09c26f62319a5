extension UInt64 {
  /// The largest multiple of `alignment` that is not above this number. `alignment` must not be 0.
  package func alignedDown(to alignment: UInt64) -> UInt64 { self - self % alignment }

  /// The smallest multiple of `alignment` that is not below this number, or nil past 2⁶⁴. `alignment` must not be 0.
  package func alignedUp(to alignment: UInt64) -> UInt64? {
    let remainder = self % alignment
    guard remainder != 0 else { return self }
    let (sum, overflow) = addingReportingOverflow(alignment - remainder)
    return overflow ? nil : sum
  }

  /// The sum, or nil past 2⁶⁴.
  package func checkedSum(_ other: UInt64) -> UInt64? {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? nil : sum
  }

  package var isPowerOfTwo: Bool { nonzeroBitCount == 1 }

  /// `0x4000000`: how offsets, and the sizes in QEMU's messages, are printed.
  package var hex: String { "0x" + String(self, radix: 16) }
}
