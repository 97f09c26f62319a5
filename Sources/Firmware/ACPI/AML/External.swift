extension AML {
  /// External (name, DeviceObj): a device that another table defines.
  ///
  /// It is there for the disassembler. Inside `If (Zero)`, as iasl writes it, interpreters that do not know
  /// the operator never meet it. Source: ACPI 6.5, 20.2.5.2 (DefExternal).
  package struct External: Term {
    package let encoded: [UInt8]

    package init(device name: Path) {
      let deviceObject: UInt8 = 6
      encoded = [0xA0] + PackageLength.wrapping([0x00, 0x15] + name.encoded + [deviceObject, 0])
    }
  }
}
