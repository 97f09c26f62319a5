extension AML {
  /// External (name, DeviceObj), External (name, MethodObj) …: what another table defines.
  ///
  /// It is there for the disassembler. Inside one `If (Zero)`, as iasl writes it, interpreters that do not know
  /// the operator never meet it. Source: ACPI 6.5, 20.2.5.2 (DefExternal).
  package struct External: Term {
    /// A name that another table defines.
    package struct Object {
      fileprivate let encoded: [UInt8]

      package static func device(_ name: Path) -> Object { Object(encoded: [0x15] + name.encoded + [6, 0]) }

      package static func method(_ name: Path, arguments: UInt8) -> Object {
        Object(encoded: [0x15] + name.encoded + [8, arguments])
      }
    }

    package let encoded: [UInt8]

    package init(_ objects: Object...) {
      encoded = [0xA0] + PackageLength.wrapping([0x00] + objects.flatMap(\.encoded))
    }
  }
}
