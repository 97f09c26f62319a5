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
