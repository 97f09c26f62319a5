/// Whole numbers as C reads them with base 0: `0x` is hexadecimal, a leading `0` octal; blanks and a sign may come
/// first. Source: QEMU `util/cutils.c`, `qemu_strtou64`, `qemu_strtoi64`, `parse_uint`.
package enum CInteger {
  /// Reads an unsigned number; a negative one wraps, as in C. `nil` if `text` is not a number or is too large.
  package static func unsigned(_ text: String) -> UInt64? {
    guard let (isNegative, magnitude) = parts(of: text) else { return nil }
    return isNegative ? 0 &- magnitude : magnitude
  }

  /// Reads an unsigned number like `unsigned(_:)`, but refuses a sign.
  static func unsignedWithoutMinus(_ text: String) -> UInt64? {
    guard let (isNegative, magnitude) = parts(of: text), !isNegative else { return nil }
    return magnitude
  }

  static func signed(_ text: String) -> Int64? {
    guard let (isNegative, magnitude) = parts(of: text) else { return nil }
    guard isNegative else { return Int64(exactly: magnitude) }
    return magnitude == 1 << 63 ? .min : Int64(exactly: magnitude).map { -$0 }
  }

  private static func parts(of text: String) -> (isNegative: Bool, magnitude: UInt64)? {
    var body = text.utf8.drop { [9, 10, 11, 12, 13, 32].contains($0) }
    let isNegative = body.first == UInt8(ascii: "-")
    if isNegative || body.first == UInt8(ascii: "+") { body = body.dropFirst() }
    var digits = String(decoding: body, as: UTF8.self)
    var radix = 10
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      (radix, digits) = (16, String(digits.dropFirst(2)))
    } else if digits.hasPrefix("0"), digits.count > 1 {
      (radix, digits) = (8, String(digits.dropFirst()))
    }
    guard digits.first != "+", digits.first != "-", let magnitude = UInt64(digits, radix: radix) else { return nil }
    return (isNegative, magnitude)
  }
}
