/// Sizes as QEMU reads them, which differ from those of our own options.
///
/// Decimal with an optional fraction, or `0x` hexadecimal; then `B K M G T P E` (either case) in powers of
/// 1024. A fraction needs a unit, and is rounded to whole bytes. Source: QEMU 7.2 `util/cutils.c`, `do_strtosz`.
package enum QEMUSize {
  package enum Failure: Error, Equatable, Sendable {
    case malformed
    /// The number itself, or its product with the unit, needs more than 64 bits.
    case outOfRange
  }

  /// The way in which a release reads a size.
  package enum Rules: Sendable {
    /// A real number: large sizes are rounded. (before 6.0)
    case real
    case exact
    /// A hexadecimal number has no unit. (since 8.0)
    case hexadecimalWithoutUnit
  }

  /// Returns the size in bytes that `text` gives, or `nil` if QEMU refuses it. `unit` applies if there is no suffix.
  package static func bytes(_ text: String, unit: Character = "B", _ rules: Rules = .exact) -> UInt64? {
    try? parse(text, unit: unit, rules)
  }

  /// Returns the size in bytes that `text` gives. `unit` applies if there is no suffix.
  package static func parse(
    _ text: String, unit: Character = "B", _ rules: Rules = .exact
  ) throws(Failure) -> UInt64 {
    switch rules {
    case .exact: return try exact(text, unit: unit)
    case .hexadecimalWithoutUnit:
      guard !isHexadecimalWithUnit(text) else { throw .malformed }
      return try exact(text, unit: unit)
    case .real: return try real(text, unit: unit)
    }
  }

  /// Reads the longest number that strtod(3) accepts, multiplies it by its unit and drops the fraction of a byte.
  private static func real(_ text: String, unit: Character) throws(Failure) -> UInt64 {
    let body = text.drop { " \t\n\u{b}\u{c}\r".contains($0) }
    guard let first = body.first, "+-.0123456789".contains(first) else { throw .malformed }
    let number = body.indices.reversed().lazy.map { body[...$0] }.first { $0.last != "." && Double($0) != nil }
    guard let number, let value = Double(number) else { throw .malformed }
    let rest = body[number.endIndex...].drop { $0 == "." }
    let suffix = rest.first.flatMap { shift(of: $0) }
    guard rest.dropFirst(suffix == nil ? 0 : 1).isEmpty, let shift = suffix ?? shift(of: unit) else { throw .malformed }
    guard shift > 0 || value == value.rounded() else { throw .malformed }
    guard value >= 0, let bytes = UInt64(exactly: (value * Double(UInt64(1) << shift)).rounded(.towardZero)) else {
      throw .outOfRange
    }
    return bytes
  }

  private static func exact(_ text: String, unit: Character) throws(Failure) -> UInt64 {
    var body = Substring(text).drop { " \t\n\u{b}\u{c}\r".contains($0) }
    if body.first == "+" { body = body.dropFirst() }
    let isHexadecimal = body.hasPrefix("0x") || body.hasPrefix("0X")
    if isHexadecimal { body = body.dropFirst(2) }
    let whole = body.prefix { $0.isASCII && (isHexadecimal ? $0.isHexDigit : $0.isNumber) }
    guard !whole.isEmpty else { throw .malformed }
    var rest = body.dropFirst(whole.count)
    guard let value = UInt64(whole, radix: isHexadecimal ? 16 : 10) else {
      throw rest.isEmpty ? .outOfRange : .malformed
    }
    let fraction = isHexadecimal ? 0 : Self.fraction(&rest)
    let suffix = rest.first.flatMap { shift(of: $0) }
    guard rest.dropFirst(suffix == nil ? 0 : 1).isEmpty, let shift = suffix ?? shift(of: unit) else { throw .malformed }
    guard shift > 0 || fraction == 0 else { throw .malformed }
    let (high, low) = value.multipliedFullWidth(by: 1 << shift)
    let rounded = UInt64((fraction * Double(UInt64(1) << shift)).rounded(.toNearestOrAwayFromZero))
    let (sum, overflow) = low.addingReportingOverflow(rounded)
    guard high == 0, !overflow else { throw .outOfRange }
    return sum
  }

  /// Returns whether `text` is a hexadecimal number followed by a unit. `B` and `E` are digits.
  static func isHexadecimalWithUnit(_ text: String) -> Bool {
    let body = text.drop { " \t\n\u{b}\u{c}\r+".contains($0) }
    guard body.hasPrefix("0x") || body.hasPrefix("0X"), let last = body.last else { return false }
    return !last.isHexDigit
  }

  /// Takes the decimal point and the digits after it, if any, from the front of `text`.
  private static func fraction(_ text: inout Substring) -> Double {
    guard text.first == "." else { return 0 }
    let digits = text.dropFirst().prefix { $0.isASCII && $0.isNumber }
    text = text.dropFirst(1 + digits.count)
    // "0." alone is not a number to Swift, and nothing to QEMU.
    return Double("0." + digits + "0") ?? 0
  }

  private static let suffixes = ["B", "K", "M", "G", "T", "P", "E"]

  private static func shift(of suffix: Character) -> UInt64? {
    suffixes.firstIndex(of: suffix.uppercased()).map { UInt64($0) * 10 }
  }
}

extension QEMURelease {
  /// How the release reads sizes.
  var sizeRules: QEMUSize.Rules {
    has(.sizesAreReal) ? .real : has(.hexadecimalWithoutUnit) ? .hexadecimalWithoutUnit : .exact
  }
}
