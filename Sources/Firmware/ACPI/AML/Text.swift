extension AML {
  /// A string constant.
  ///
  /// Source: ACPI 6.5, 20.2.3 (String).
  package struct Text: Term, ExpressibleByStringLiteral {
    let text: String

    package init(stringLiteral text: String) { self.text = text }

    package var encoded: [UInt8] { [0x0D] + text.utf8 + [0x00] }
  }
}
