extension AML {
  /// Device (name) { objects }
  ///
  /// Source: ACPI 6.5, 20.2.5.2 (DefDevice).
  package struct Device: Term {
    package let encoded: [UInt8]

    package init(_ name: Path, @Body _ objects: () -> [any Term]) {
      encoded = [AML.extended, 0x82] + PackageLength.wrapping(name.encoded + AML.encode(objects()))
    }
  }
}
