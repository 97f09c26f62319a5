extension AML {
  /// An operator with its operands and the target of its result.
  ///
  /// Source: ACPI 6.5, 20.2.5.4 (Expression Opcodes Encoding).
  package struct Operation: Term {
    package let encoded: [UInt8]

    init(_ opcode: UInt8..., operands: any Term...) {
      encoded = opcode + operands.flatMap(\.encoded)
    }
  }

  // MARK: Data

  /// Store (value, target)
  package static func store(_ value: any Term, to target: any Term) -> Operation {
    Operation(0x70, operands: value, target)
  }
  package static func sizeOf(_ object: any Term) -> Operation { Operation(0x87, operands: object) }
  package static func objectType(_ object: any Term) -> Operation { Operation(0x8E, operands: object) }
  package static func derefOf(_ reference: any Term) -> Operation { Operation(0x83, operands: reference) }
  /// Index (source, index): a reference to an element of a package or to a byte of a buffer.
  package static func index(_ source: any Term, _ index: any Term) -> Operation {
    Operation(0x88, operands: source, index, Nothing())
  }
  package static func toInteger(_ value: any Term) -> Operation { Operation(0x99, operands: value, Nothing()) }
  package static func concatenate(_ first: any Term, _ second: any Term) -> Operation {
    Operation(0x73, operands: first, second, Nothing())
  }
  /// Mid (source, index, length): part of a buffer; always a buffer, however short.
  package static func mid(_ source: any Term, _ index: any Term, _ length: any Term) -> Operation {
    Operation(0x9E, operands: source, index, length, Nothing())
  }

  // MARK: Arithmetic

  package static func add(_ first: any Term, _ second: any Term, to target: any Term) -> Operation {
    Operation(0x72, operands: first, second, target)
  }
  package static func and(_ first: any Term, _ second: any Term) -> Operation {
    Operation(0x7B, operands: first, second, Nothing())
  }

  package static func shiftRight(_ value: any Term, _ bits: any Term) -> Operation {
    Operation(0x7A, operands: value, bits, Nothing())
  }

  // MARK: Logic

  package static func not(_ condition: any Term) -> Operation { Operation(0x92, operands: condition) }
  package static func equal(_ first: any Term, _ second: any Term) -> Operation {
    Operation(0x93, operands: first, second)
  }
  package static func notEqual(_ first: any Term, _ second: any Term) -> Operation { not(equal(first, second)) }
  package static func greater(_ first: any Term, _ second: any Term) -> Operation {
    Operation(0x94, operands: first, second)
  }
  package static func lessOrEqual(_ first: any Term, _ second: any Term) -> Operation { not(greater(first, second)) }

  // MARK: Statements

  package static func notify(_ device: Path, _ value: any Term) -> Operation {
    Operation(0x86, operands: device, value)
  }
  /// Returns the value of the method `name` called with `arguments`.
  package static func call(_ name: Path, _ arguments: any Term...) -> Invocation {
    Invocation(name: name, arguments: arguments)
  }

  /// A method call: the name, then as many arguments as the method takes.
  package struct Invocation: Term {
    let name: Path
    let arguments: [any Term]
    package var encoded: [UInt8] { name.encoded + AML.encode(arguments) }
  }
}
