package import FoundationEssentials

/// UUIDs are stored in two byte orders: as printed (RFC 4122; label and info block uuids), and as a GUID whose first
/// three parts are little-endian (type and abstraction GUIDs, ACPI `ToUUID`).
extension UUID {
  package static let zero = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

  /// Makes the UUID of a literal in the source.
  package init(_ literal: StaticString) {
    guard let uuid = UUID(uuidString: literal.description) else { preconditionFailure("not a UUID: \(literal)") }
    self = uuid
  }

  /// Reads the UUID whose sixteen bytes start at `offset`, in printed order.
  package init(_ block: [UInt8], at offset: Int) {
    func byte(_ index: Int) -> UInt8 { block[offset + index] }
    self.init(
      uuid: (
        byte(0), byte(1), byte(2), byte(3), byte(4), byte(5), byte(6), byte(7),
        byte(8), byte(9), byte(10), byte(11), byte(12), byte(13), byte(14), byte(15)
      ))
  }

  /// Reads the UUID stored as a GUID (first three parts little-endian) at `offset`.
  package init(guid block: [UInt8], at offset: Int) {
    self.init(UUID.exchanged([UInt8](block[offset..<offset + 16])), at: 0)
  }

  /// The sixteen bytes in printed order.
  package var bytes: [UInt8] {
    let u = uuid
    return [
      u.0, u.1, u.2, u.3, u.4, u.5, u.6, u.7, u.8, u.9, u.10, u.11, u.12, u.13, u.14, u.15,
    ]
  }

  /// The sixteen bytes as a GUID: the first three parts little-endian.
  package var guidBytes: [UInt8] { UUID.exchanged(bytes) }

  /// The text in lower case, as ndctl and the kernel print it.
  package var lowercased: String { uuidString.lowercased() }

  private static func exchanged(_ bytes: [UInt8]) -> [UInt8] {
    [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map { bytes[$0] }
  }
}
