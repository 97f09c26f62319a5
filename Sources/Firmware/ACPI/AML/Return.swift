extension AML {
  /// Return (value)
  ///
  /// Source: ACPI 6.5, 20.2.5.3 (DefReturn).
  package struct Return: Term {
    package let encoded: [UInt8]

    package init(_ value: any Term) { encoded = [0xA4] + value.encoded }
  }
}
