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
