extension AML {
  /// If (condition) { statements } Else { statements }
  ///
  /// Source: ACPI 6.5, 20.2.5.3 (DefIfElse).
  package struct If: Term {
    package let encoded: [UInt8]

    package init(_ condition: any Term, @Body _ statements: () -> [any Term]) {
      encoded = [0xA0] + PackageLength.wrapping(condition.encoded + AML.encode(statements()))
    }

    package init(
      _ condition: any Term, @Body _ statements: () -> [any Term], @Body `else` otherwise: () -> [any Term]
    ) {
      let alternative = [0xA1] + PackageLength.wrapping(AML.encode(otherwise()))
      encoded = If(condition, statements).encoded + alternative
    }
  }
}
