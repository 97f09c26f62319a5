extension AML {
  /// External (name, DeviceObj) or External (name, MethodObj): what another table defines.
  ///
  /// It is there for the disassembler. Inside `If (Zero)`, as iasl writes it, interpreters that do not know
  /// the operator never meet it. Source: ACPI 6.5, 20.2.5.2 (DefExternal).
  package struct External: Term {
    package let encoded: [UInt8]

    package init(device name: Path) { self.init(name, type: 6, arguments: 0) }

    package init(method name: Path, arguments: UInt8) { self.init(name, type: 8, arguments: arguments) }

    private init(_ name: Path, type: UInt8, arguments: UInt8) {
      encoded = [0xA0] + PackageLength.wrapping([0x00, 0x15] + name.encoded + [type, arguments])
    }
  }
}
