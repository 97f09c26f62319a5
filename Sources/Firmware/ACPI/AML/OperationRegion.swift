extension AML {
  /// OperationRegion (name, space, offset, length)
  ///
  /// Source: ACPI 6.5, 20.2.5.2 (DefOpRegion).
  package struct OperationRegion: Term {
    package enum Space: UInt8 {
      case systemMemory = 0
      case systemIO = 1
    }

    package let encoded: [UInt8]

    package init(_ name: Path, _ space: Space, offset: any Term, length: any Term) {
      encoded = [AML.extended, 0x80] + name.encoded + [space.rawValue] + offset.encoded + length.encoded
    }
  }
}
