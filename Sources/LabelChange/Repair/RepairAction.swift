import Basics
package import PersistentMemory

/// One thing that a repair does, or has to give up.
package enum RepairAction: Hashable, Sendable {
  /// What tells which slots are in use where neither index block is valid.
  package enum Evidence: Hashable, Sendable {
    /// The bitmap of a damaged block, which the checksum still proves.
    case bitmap(block: Int)
    /// No bitmap: the checksums of version 1.2 tell labels from rubbish, but not those in use from older copies.
    case checksums
    /// Neither bitmap nor checksum: labels of version 1.1 whose every field makes sense for this DIMM.
    case plausibility
  }

  /// An index block is written anew from the good one.
  case indexRebuilt(Int)
  /// Both index blocks are written anew.
  case indexesRebuilt(Evidence)
  /// A slot is in use and holds nothing: it becomes free.
  case slotFreed(Int)
  /// The label in a slot is kept, with what broke the rules set right.
  case labelMended(slot: Int, NamespaceIdentity, [LabelRule])
  /// An update of the label in a slot had been interrupted; it is as new as it was to be, and is now complete.
  case updateFinished(slot: Int, NamespaceIdentity)
  /// The label in a slot cannot stay, for the rule that it breaks. Its bytes on the DIMM are not touched.
  case labelDropped(slot: Int, NamespaceIdentity, LabelRule)
}

extension RepairAction: CustomStringConvertible {
  package var description: String {
    switch self {
    case .indexRebuilt(let number): "index block \(number): rebuilt from block \(1 - number)"
    case .indexesRebuilt(.bitmap(let number)):
      "both index blocks: rebuilt; the bitmap of block \(number), which the checksum proves, tells the slots in use"
    case .indexesRebuilt(.checksums):
      "both index blocks: rebuilt from the labels that have the right checksum; older copies may be among them"
    case .indexesRebuilt(.plausibility):
      """
      both index blocks: rebuilt from the labels that make sense for this DIMM; version 1.1 has no checksum that \
      could prove them, and older copies may be among them
      """
    case .slotFreed(let slot): "slot \(slot): freed; it held nothing"
    case .labelMended(let slot, let namespace, let rules):
      "slot \(slot): mended, \(namespace) (\(rules.map(\.rawValue).joined(separator: ", ")))"
    case .updateFinished(let slot, let namespace): "slot \(slot): interrupted update finished, \(namespace)"
    case .labelDropped(let slot, let namespace, let rule):
      """
      slot \(slot): dropped, \(namespace), \(ByteCount(namespace.size).precise) at \(namespace.dpa.hex) \
      (\(rule.rawValue))
      """
    }
  }
}
