extension AML {
  /// Field (region, access, NoLock, Preserve) { units }
  ///
  /// A unit wider than 64 bits is read as a buffer, in as many accesses of the given width as it takes.
  /// Source: ACPI 6.5, 20.2.5.2 (DefField).
  package struct FieldList: Term {
    package enum Access: UInt8 {
      case byte = 1
      case word = 2
      case dword = 3
      case qword = 4
    }

    /// One entry of the list: `NAME, bits`, or `Offset (bytes)`.
    package struct Unit {
      let encoded: [UInt8]

      package static func unit(_ name: Path, bits: Int) -> Unit {
        Unit(encoded: name.encoded + PackageLength.encoding(bits, countingItself: false))
      }

      /// Leaves out `bits` that belong to nobody.
      package static func skip(bits: Int) -> Unit {
        Unit(encoded: [0x00] + PackageLength.encoding(bits, countingItself: false))
      }
    }

    package let encoded: [UInt8]

    package init(_ region: Path, _ access: Access, _ units: Unit...) {
      let flags = access.rawValue
      encoded =
        [AML.extended, 0x81]
        + PackageLength.wrapping(region.encoded + [flags] + units.flatMap(\.encoded))
    }
  }
}
