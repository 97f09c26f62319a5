/// Sizes as libvirt reads them: a whole number with a unit, kept in KiB.
///
/// Source: libvirt `virDomainParseMemory`, `virParseScaledValue`, `virScaleInteger`.
enum LibvirtSize {
  /// The maximum number of bytes: that of a file offset.
  private static let limit = UInt64(Int64.max)

  /// Returns the KiB that `text` and its `unit` stand for, rounded up; 0 if there is no text. `place` is for the
  /// message.
  static func kibibytes(
    _ text: String?, unit: String?, at place: String, isRequired: Bool = false
  ) throws(LibvirtRefusal) -> UInt64 {
    guard let text, !text.isEmpty else {
      guard !isRequired else { throw .missingValue(place) }
      return 0
    }
    guard let value = number(text) else { throw .invalidValue(text, of: place) }
    let scale = try scale(unit ?? "")
    guard value <= limit / scale else { throw .valueTooLarge(value, unit ?? "") }
    let bytes = value * scale
    let kibibytes = bytes / 1024 + (bytes % 1024 == 0 ? 0 : 1)
    guard kibibytes < limit / 1024 + 1 else { throw .sizeTooLarge }
    return kibibytes
  }

  /// Reads a number like strtoull(3), without a minus: leading space is skipped, nothing may follow. `nil` if `text` is
  /// not such a number.
  static func number(_ text: String, radix: UInt64 = 10) -> UInt64? {
    var rest = text.utf8.drop { $0 == 0x20 || (0x09...0x0d).contains($0) }
    if rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    if radix == 16, rest.starts(with: "0x".utf8) || rest.starts(with: "0X".utf8) { rest = rest.dropFirst(2) }
    guard !rest.isEmpty, rest.first != UInt8(ascii: "+"), rest.first != UInt8(ascii: "-") else { return nil }
    return UInt64(String(decoding: rest, as: UTF8.self), radix: Int(radix))
  }

  private static func scale(_ unit: String) throws(LibvirtRefusal) -> UInt64 {
    let name = unit.lowercased()
    if name.isEmpty { return 1024 }
    if ["b", "byte", "bytes"].contains(name) { return 1 }
    let base: UInt64
    switch name.dropFirst() {
    case "", "ib": base = 1024
    case "b": base = 1000
    default: throw .unknownSuffix(unit)
    }
    guard
      let power = "kmgtpe".firstIndex(where: { $0 == name.first }).map({
        "kmgtpe".distance(from: "kmgtpe".startIndex, to: $0)
      })
    else {
      throw .unknownSuffix(unit)
    }
    return (0...power).reduce(1) { scale, _ in scale * base }
  }
}
