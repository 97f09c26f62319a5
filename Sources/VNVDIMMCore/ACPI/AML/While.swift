extension AML {
  /// While (condition) { statements }
  ///
  /// Names and fields created in the body would exist already in the second turn: declare them outside.
  /// Source: ACPI 6.5, 20.2.5.3 (DefWhile).
  package struct While: Term {
    package let encoded: [UInt8]

    init(_ condition: any Term, @Body _ statements: () -> [any Term]) {
      encoded = [0xA2] + PackageLength.wrapping(condition.encoded + AML.encode(statements()))
    }
  }
}
