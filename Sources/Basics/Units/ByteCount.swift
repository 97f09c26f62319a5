/// A number of bytes in the notation of users.
///
/// Input is decimal or `0x` hexadecimal, then nothing, `B`, or `K M G T P` with an optional `iB` (any case), in powers
/// of 1024; a decimal fraction is allowed if the result is a whole number of bytes.
public struct ByteCount: Hashable, Comparable, Sendable {
  /// The number of bytes.
  public let bytes: UInt64

  /// Makes the size of `bytes` bytes.
  public init(_ bytes: UInt64) { self.bytes = bytes }

  public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

  private static let units: [(letter: Character, shift: UInt64)] = [
    ("P", 50), ("T", 40), ("G", 30), ("M", 20), ("K", 10),
  ]

  /// Parses `text`. Throws an error that says what is wrong with it.
  public init(parsing text: String) throws(ByteCountError) {
    guard !text.isEmpty else { throw .empty }
    guard !text.hasPrefix("-"), !text.hasPrefix("+") else { throw .signed(text) }
    let isHexadecimal = text.hasPrefix("0x") || text.hasPrefix("0X")
    let body = isHexadecimal ? text.dropFirst(2) : Substring(text)
    let digits = body.prefix { isHexadecimal ? $0.isASCII && $0.isHexDigit : $0.isASCII && $0.isNumber || $0 == "." }
    let suffix = body.dropFirst(digits.count)
    guard let shift = Self.shift(ofSuffix: suffix) else { throw .malformed(text) }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard let whole = parts.first, !whole.isEmpty, parts.count <= 2 else { throw .malformed(text) }
    guard let units = UInt64(whole, radix: isHexadecimal ? 16 : 10) else { throw .tooLarge(text) }
    let (high, value) = units.multipliedFullWidth(by: 1 << shift)
    guard high == 0 else { throw .tooLarge(text) }
    let fraction = parts.count == 2 ? try Self.fraction(parts[1], shift: shift, in: text) : 0
    let (sum, overflow) = UInt64(value).addingReportingOverflow(fraction)
    guard !overflow else { throw .tooLarge(text) }
    bytes = sum
  }

  private static func shift(ofSuffix suffix: Substring) -> UInt64? {
    let text = suffix.uppercased()
    if text.isEmpty || text == "B" { return 0 }
    guard let unit = units.first(where: { $0.letter == text.first }) else { return nil }
    return ["", "IB"].contains(text.dropFirst()) ? unit.shift : nil
  }

  /// Returns the bytes for the decimal digits after the point. Throws if they are not a whole number.
  private static func fraction(_ digits: Substring, shift: UInt64, in text: String) throws(ByteCountError) -> UInt64 {
    guard !digits.isEmpty, digits.count <= 15, let numerator = UInt64(digits) else { throw .malformed(text) }
    let denominator = (0..<digits.count).reduce(UInt64(1)) { product, _ in product * 10 }
    let product = numerator.multipliedFullWidth(by: 1 << shift)
    let (quotient, remainder) = denominator.dividingFullWidth(product)
    guard remainder == 0 else { throw .notWhole(text) }
    return quotient
  }
}

extension ByteCount: CustomStringConvertible {
  /// The shortest exact form: `64 MiB`, `65408 KiB`, `4097 bytes`.
  public var description: String {
    for unit in Self.units where bytes >= 1 << unit.shift && bytes.isMultiple(of: 1 << unit.shift) {
      return "\(bytes >> unit.shift) \(unit.letter)iB"
    }
    return bytes == 1 ? "1 byte" : "\(bytes) bytes"
  }

  /// Both forms, for messages: `67108864 bytes (64 MiB)`.
  public var precise: String {
    let short = description
    return short.hasSuffix("iB") ? "\(bytes) bytes (\(short))" : short
  }

  /// The form for an option, without a space: `64M`, `65408K`, `4097`.
  public var argument: String {
    for unit in Self.units where bytes >= 1 << unit.shift && bytes.isMultiple(of: 1 << unit.shift) {
      return "\(bytes >> unit.shift)\(unit.letter)"
    }
    return "\(bytes)"
  }
}

/// Why a text is not a size.
public enum ByteCountError: Error, Equatable {
  /// There is no text.
  case empty
  /// The text begins with a sign.
  case signed(String)
  /// The text is not a number with an optional unit.
  case malformed(String)
  /// The text has a fraction that is not a whole number of bytes.
  case notWhole(String)
  /// The text names 2⁶⁴ bytes or more.
  case tooLarge(String)
}

extension ByteCountError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "the size is empty (expected a number such as 64M, 4GiB or 0x4000000)"
    case .signed(let text): "size '\(text)' has a sign (expected a number such as 64M, 4GiB or 0x4000000)"
    case .malformed(let text):
      "size '\(text)' is not a number with an optional unit (expected K, M, G, T or P, also KiB and so on)"
    case .notWhole(let text): "size '\(text)' is not a whole number of bytes"
    case .tooLarge(let text): "size '\(text)' is too large (the limit is 18446744073709551615 bytes)"
    }
  }
}

extension UInt64 {
  /// Returns the largest multiple of `alignment` that is not above this number. `alignment` must not be 0.
  package func alignedDown(to alignment: UInt64) -> UInt64 { self - self % alignment }

  /// Returns the smallest multiple of `alignment` that is not below this number; `nil` past 2⁶⁴. `alignment` must not
  /// be 0.
  package func alignedUp(to alignment: UInt64) -> UInt64? {
    let remainder = self % alignment
    guard remainder != 0 else { return self }
    let (sum, overflow) = addingReportingOverflow(alignment - remainder)
    return overflow ? nil : sum
  }

  /// Returns the sum; `nil` past 2⁶⁴.
  package func checkedSum(_ other: UInt64) -> UInt64? {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? nil : sum
  }

  package var isPowerOfTwo: Bool { nonzeroBitCount == 1 }

  /// The form of offsets, and of sizes in QEMU's messages: `0x4000000`.
  package var hex: String { "0x" + String(self, radix: 16) }
}
