extension AML {
  /// The length prefix of a block: it counts itself and everything that follows it.
  ///
  /// Source: ACPI 6.5, 20.2.4 (Package Length Encoding).
  enum PackageLength {
    /// Returns `content` preceded by its length.
    static func wrapping(_ content: [UInt8]) -> [UInt8] {
      encoding(content.count, countingItself: true) + content
    }

    /// Encodes `count` in the one to four bytes of a PkgLength; with `countingItself`, those bytes are included in the
    /// count.
    ///
    /// The lead byte holds either six bits of the length, or four bits and the number of bytes that follow.
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

extension AML {
  /// The name of an object, relative (`NV00`, `^NVDR`) or from the root (`\_SB.NVDR`).
  ///
  /// Segments shorter than four characters are filled with underscores.
  /// Source: ACPI 6.5, 20.2.2 (Name Objects Encoding).
  package struct Path: Term, ExpressibleByStringLiteral {
    package let text: String

    package init(_ text: String) { self.text = text }
    package init(stringLiteral text: String) { self.text = text }

    package var encoded: [UInt8] {
      let prefix = text.utf8.prefix { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "^") }
      let segments = text.utf8.dropFirst(prefix.count).split(separator: UInt8(ascii: "."))
      precondition(segments.allSatisfy { $0.count <= 4 }, "a segment of \(text) has more than four characters")
      let names = segments.flatMap { $0 + [UInt8](repeating: UInt8(ascii: "_"), count: 4 - $0.count) }
      switch segments.count {
      case 0: return prefix + [0x00]
      case 1: return prefix + names
      case 2: return prefix + [0x2E] + names
      default: return prefix + [0x2F, UInt8(segments.count)] + names
      }
    }
  }
}
