extension AML {
  /// Package (count) { elements }
  ///
  /// Source: ACPI 6.5, 20.2.5.4 (DefPackage).
  package struct Package: Term {
    let elements: [any Term]

    package init(_ elements: any Term...) { self.elements = elements }

    package var encoded: [UInt8] {
      [0x12] + PackageLength.wrapping([UInt8(elements.count)] + AML.encode(elements))
    }
  }
}
