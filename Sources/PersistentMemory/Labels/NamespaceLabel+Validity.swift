extension NamespaceLabel {
  /// Why Linux passes over a label although its slot is in use.
  package enum Defect: Hashable, Sendable {
    /// The label says that it belongs into another slot.
    case slot(stored: UInt32)
    case checksum(stored: UInt64, expected: UInt64)
  }

  /// The first check of Linux 6.1 `slot_valid` that the label in `slot` fails; nil if it counts.
  package func defect(inSlot slot: Int) -> Defect? {
    guard self.slot == UInt32(slot) else { return .slot(stored: self.slot) }
    guard let expected = expectedChecksum, self[Fields.checksum] != expected else { return nil }
    return .checksum(stored: self[Fields.checksum], expected: expected)
  }
}
