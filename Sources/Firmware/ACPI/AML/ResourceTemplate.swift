import Basics

extension AML {
  /// ResourceTemplate () { descriptors }: the value of `_CRS`.
  ///
  /// Source: ACPI 6.5, 6.4 (Resource Data Types for ACPI).
  package struct ResourceTemplate: Term {
    /// One resource that a device uses.
    package struct Descriptor {
      let bytes: [UInt8]

      /// IO (Decode16, first, first, 0x01, count): `count` ports from `first` on.
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
