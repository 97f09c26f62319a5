extension AML {
  /// Name (name, object)
  ///
  /// Source: ACPI 6.5, 20.2.5.1 (DefName).
  package struct Name: Term {
    package let encoded: [UInt8]

    package init(_ name: Path, _ object: any Term) { encoded = [0x08] + name.encoded + object.encoded }
  }
}
