import Basics
package import FoundationEssentials

extension AML {
  /// Buffer (size) { bytes }
  ///
  /// Source: ACPI 6.5, 20.2.5.4 (DefBuffer).
  package struct Buffer: Term {
    let bytes: [UInt8]

    package init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    package var encoded: [UInt8] { [0x11] + PackageLength.wrapping(bytes.count.encoded + bytes) }
  }

  /// ToUUID ("..."): a GUID whose first three parts are little-endian.
  package static func toUUID(_ uuid: UUID) -> Buffer { Buffer(uuid.guidBytes) }
}

extension AML {
  /// EISAID ("PNP0501"): a hardware id as an integer of three packed letters and four hex digits.
  ///
  /// Source: ACPI 6.5, 19.6.37 (EISAID Macro).
  package static func eisaID(_ id: StaticString) -> UInt64 {
    let characters = [UInt8](id.description.utf8)
    precondition(characters.count == 7, "an EISA id has three letters and four digits")
    var value: UInt32 = 0
    for letter in characters[..<3] { value = value << 5 | UInt32(letter - 0x40) }
    for digit in characters[3...] {
      value = value << 4 | UInt32(Character(UnicodeScalar(digit)).hexDigitValue ?? 0)
    }
    return UInt64(value.byteSwapped)
  }
}

/// Integer constants in their shortest encoding.
///
/// Source: ACPI 6.5, 20.2.3 (ComputationalData: ZeroOp, OneOp, ByteConst, WordConst, DWordConst, QWordConst).
extension UInt64: AML.Term {
  package var encoded: [UInt8] {
    switch self {
    case 0...1: [UInt8(self)]
    case ...0xFF: [0x0A] + bytes(1)
    case ...0xFFFF: [0x0B] + bytes(2)
    case ...0xFFFF_FFFF: [0x0C] + bytes(4)
    case .max: [0xFF]
    default: [0x0E] + bytes(8)
    }
  }

  private func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: self >> (8 * UInt64($0))) }
  }
}

extension Int: AML.Term {
  package var encoded: [UInt8] { UInt64(bitPattern: Int64(self)).encoded }
}

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

extension AML {
  /// A string constant.
  ///
  /// Source: ACPI 6.5, 20.2.3 (String).
  package struct Text: Term, ExpressibleByStringLiteral {
    let text: String

    package init(stringLiteral text: String) { self.text = text }

    package var encoded: [UInt8] { [0x0D] + text.utf8 + [0x00] }
  }
}

extension AML {
  /// ResourceTemplate () { descriptors }: the value of `_CRS`.
  ///
  /// Source: ACPI 6.5, 6.4 (Resource Data Types for ACPI).
  package struct ResourceTemplate: Term {
    /// One resource that a device uses.
    package struct Descriptor {
      let bytes: [UInt8]

      /// IO (Decode16, first, first, 0x01, count): `count` ports from `first`.
      package static func io(_ first: UInt16, count: UInt8) -> Descriptor {
        var bytes: [UInt8] = [0x47, 0x01]
        bytes.append(littleEndian: first)
        bytes.append(littleEndian: first)
        return Descriptor(bytes: bytes + [0x01, count])
      }

      /// Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive) { number }: a global system interrupt.
      package static func interrupt(_ number: UInt32) -> Descriptor {
        var bytes: [UInt8] = [0x89, 0x06, 0x00, 0x03, 0x01]
        bytes.append(littleEndian: number)
        return Descriptor(bytes: bytes)
      }
    }

    let descriptors: [Descriptor]

    package init(_ descriptors: Descriptor...) { self.descriptors = descriptors }

    /// The descriptors and an end tag whose checksum of zero means "not checked".
    package var encoded: [UInt8] { Buffer(descriptors.flatMap(\.bytes) + [0x79, 0x00]).encoded }
  }
}
