extension AML {
  /// An argument or a local variable of a method.
  ///
  /// Source: ACPI 6.5, 20.2.6 (Arg and Local Objects Encoding).
  package struct Operand: Term {
    private let opcode: UInt8

    private init(_ opcode: Int) { self.opcode = UInt8(opcode) }

    package var encoded: [UInt8] { [opcode] }

    static func argument(_ index: Int) -> Operand {
      precondition((0...6).contains(index), "methods have seven arguments")
      return Operand(0x68 + index)
    }

    static func local(_ index: Int) -> Operand {
      precondition((0...7).contains(index), "methods have eight locals")
      return Operand(0x60 + index)
    }
  }

  package static func arg(_ index: Int) -> Operand { .argument(index) }
  package static func local(_ index: Int) -> Operand { .local(index) }
}
