extension AML {
  /// Method (name, arguments, Serialized) { statements }
  ///
  /// Source: ACPI 6.5, 20.2.5.2 (DefMethod).
  package struct Method: Term {
    package let encoded: [UInt8]

    /// A `serialized` method is run by one thread at a time.
    package init(_ name: Path, arguments: Int = 0, serialized: Bool = false, @Body _ statements: () -> [any Term]) {
      precondition((0...7).contains(arguments), "methods have at most seven arguments")
      let flags = UInt8(arguments) | (serialized ? 0x08 : 0)
      encoded = [0x14] + PackageLength.wrapping(name.encoded + [flags] + AML.encode(statements()))
    }
  }
}
