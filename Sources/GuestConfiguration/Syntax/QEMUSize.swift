/// Sizes as QEMU reads them, which differ from those of our own options.
///
/// Decimal with an optional fraction, or `0x` hexadecimal; then `B K M G T P E` (either case) in powers of
/// 1024. What a fraction leaves below one byte is dropped. Source: QEMU 7.2 `util/cutils.c`, `do_strtosz`.
package enum QEMUSize {
  /// The bytes that `text` stands for, or nil where QEMU refuses it. `unit` holds where no suffix is given.
  package static func bytes(_ text: String, unit: Character = "B") -> UInt64? {
    let trimmed = text.drop { $0 == " " || $0 == "\t" }
    let isHexadecimal = trimmed.hasPrefix("0x") || trimmed.hasPrefix("0X")
    let body = isHexadecimal ? trimmed.dropFirst(2) : trimmed
    let whole = body.prefix { $0.isASCII && (isHexadecimal ? $0.isHexDigit : $0.isNumber) }
    guard let value = UInt64(whole, radix: isHexadecimal ? 16 : 10) else { return nil }
    var suffix = body.dropFirst(whole.count)
    var fraction = 0.0
    if suffix.first == ".", !isHexadecimal {
      let digits = suffix.dropFirst().prefix { $0.isASCII && $0.isNumber }
      suffix = suffix.dropFirst(1 + digits.count)
      // "0." alone is not a number to Swift, and nothing to QEMU.
      fraction = Double("0." + digits + "0") ?? 0
    }
    guard suffix.count <= 1, let shift = shift(of: suffix.first ?? unit) else { return nil }
    let (high, low) = value.multipliedFullWidth(by: 1 << shift)
    guard high == 0 else { return nil }
    let (sum, overflow) = low.addingReportingOverflow(UInt64(fraction * Double(UInt64(1) << shift)))
    return overflow ? nil : sum
  }

  private static let suffixes = ["B", "K", "M", "G", "T", "P", "E"]

  private static func shift(of suffix: Character) -> UInt64? {
    suffixes.firstIndex(of: suffix.uppercased()).map { UInt64($0) * 10 }
  }
}
