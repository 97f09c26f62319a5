extension AML {
  /// Device (name) { objects }
  ///
  /// Source: ACPI 6.5, 20.2.5.2 (DefDevice).
  package struct Device: Term {
    package let encoded: [UInt8]

    package init(_ name: Path, @Body _ objects: () -> [any Term]) {
      encoded = [AML.extended, 0x82] + PackageLength.wrapping(name.encoded + AML.encode(objects()))
    }
  }
}

extension AML {
  /// External (name, DeviceObj), External (name, MethodObj) …: objects that another table defines.
  ///
  /// This only helps the disassembler. Inside one `If (Zero)`, as iasl writes it, interpreters that do not know the
  /// operator never reach it. Source: ACPI 6.5, 20.2.5.2 (DefExternal).
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

extension AML {
  /// Method (name, arguments, Serialized) { statements }
  ///
  /// Source: ACPI 6.5, 20.2.5.2 (DefMethod).
  package struct Method: Term {
    package let encoded: [UInt8]

    /// A `serialized` method is executed by one thread at a time.
    package init(_ name: Path, arguments: Int = 0, serialized: Bool = false, @Body _ statements: () -> [any Term]) {
      precondition((0...7).contains(arguments), "methods have at most seven arguments")
      let flags = UInt8(arguments) | (serialized ? 0x08 : 0)
      encoded = [0x14] + PackageLength.wrapping(name.encoded + [flags] + AML.encode(statements()))
    }
  }
}

extension AML {
  /// Name (name, object)
  ///
  /// Source: ACPI 6.5, 20.2.5.1 (DefName).
  package struct Name: Term {
    package let encoded: [UInt8]

    package init(_ name: Path, _ object: any Term) { encoded = [0x08] + name.encoded + object.encoded }
  }
}

extension AML {
  /// Return (value)
  ///
  /// Source: ACPI 6.5, 20.2.5.3 (DefReturn).
  package struct Return: Term {
    package let encoded: [UInt8]

    package init(_ value: any Term) { encoded = [0xA4] + value.encoded }
  }
}

extension AML {
  /// Scope (name) { objects }
  ///
  /// Source: ACPI 6.5, 20.2.5.1 (DefScope).
  package struct Scope: Term {
    package let encoded: [UInt8]

    package init(_ name: Path, @Body _ objects: () -> [any Term]) {
      encoded = [0x10] + PackageLength.wrapping(name.encoded + AML.encode(objects()))
    }
  }
}

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

extension AML {
  /// Field (region, access, NoLock, Preserve) { units }
  ///
  /// A unit wider than 64 bits is read as a buffer, with as many accesses of the given width as needed. Source: ACPI
  /// 6.5, 20.2.5.2 (DefField).
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

      /// Skips `bits` unused bits.
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
