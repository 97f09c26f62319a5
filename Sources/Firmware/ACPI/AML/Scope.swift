extension AML {
  /// Scope (name) { objects }
  ///
  /// Source: ACPI 6.5, 20.2.5.1 (DefScope).
  package struct Scope: Term {
    package let encoded: [UInt8]

    package init(_ name: Path, @Body _ objects: () -> [any Term]) {
      encoded = [0x10] + PackageLength.wrapping(name.encoded + AML.encode(objects()))
    }
  }
}
