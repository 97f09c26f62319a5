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

  /// What tells what a damaged label was.
  package enum LabelEvidence: String, Hashable, Sendable {
    /// The slot in which it is, where nothing else was wrong with it.
    case place
    /// Its checksum, which fits one label of this DIMM alone.
    case checksum
    /// An older copy in a free slot, which its checksum confirms.
    case copy
    /// An info block in the namespace, which names the label.
    case infoBlock = "info-block"
    /// Somebody's choice among those that its checksum fits.
    case choice
  }

  /// A label that a damaged one can have been.
  package struct Choice: Hashable, Sendable {
    /// How it is chosen, from 1.
    package let number: Int
    package let namespace: NamespaceIdentity
    /// The fields that were damaged then.
    package let fields: [String]
  }

  /// A damaged index block is again what it was, as its checksum tells.
  case indexCorrected(Int)
  /// A damaged index block could be corrected, and labels that Linux shows now would be gone: it stays as it is.
  case indexOpen(Int)
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
  /// A damaged label is again what it was.
  case labelProved(slot: Int, NamespaceIdentity, LabelEvidence)
  /// The label in a slot breaks a rule, and nothing proves what it was, or that it may go: it stays as it is.
  case labelOpen(slot: Int, NamespaceIdentity, LabelRule, [Choice])
  /// The label in a slot cannot stay, for the rule that it breaks. Its bytes on the DIMM are not touched.
  case labelDropped(slot: Int, NamespaceIdentity, LabelRule)
}

extension RepairAction {
  /// The slot that it is about; nil for an index block.
  package var slot: Int? {
    switch self {
    case .indexCorrected, .indexOpen, .indexRebuilt, .indexesRebuilt: nil
    case .slotFreed(let slot), .labelMended(let slot, _, _), .updateFinished(let slot, _),
      .labelProved(let slot, _, _), .labelOpen(let slot, _, _, _), .labelDropped(let slot, _, _):
      slot
    }
  }

  /// Whether something is left that somebody has to decide.
  package var isOpen: Bool {
    switch self {
    case .indexOpen, .labelOpen: true
    case .indexCorrected, .indexRebuilt, .indexesRebuilt, .slotFreed, .labelMended, .updateFinished, .labelProved,
      .labelDropped:
      false
    }
  }
}

extension RepairAction: CustomStringConvertible {
  package var description: String {
    switch self {
    case .indexCorrected(let number): "index block \(number): corrected, as its checksum proves"
    case .indexOpen(let number):
      "index block \(number): open; its checksum proves what it was, but labels that Linux shows now would be lost"
    case .indexRebuilt(let number): "index block \(number): rebuilt from block \(1 - number)"
    case .indexesRebuilt(.bitmap(let number)):
      "both index blocks: rebuilt with the bitmap of block \(number), which its checksum proves"
    case .indexesRebuilt(.checksums):
      "both index blocks: rebuilt from the labels with a correct checksum; older copies may be among them"
    case .indexesRebuilt(.plausibility):
      """
      both index blocks: rebuilt from the labels that are plausible for this DIMM; version 1.1 has no checksum to prove \
      them, and older copies may be among them
      """
    case .slotFreed(let slot): "slot \(slot): freed; it held nothing"
    case .labelMended(let slot, let namespace, let rules):
      "slot \(slot): repaired, \(namespace) (\(rules.map(\.rawValue).joined(separator: ", ")))"
    case .updateFinished(let slot, let namespace): "slot \(slot): interrupted update finished, \(namespace)"
    case .labelProved(let slot, let namespace, let evidence):
      "slot \(slot): corrected, \(namespace) (\(evidence.explanation))"
    case .labelOpen(let slot, let namespace, let rule, let choices):
      "slot \(slot): open, \(namespace), \(ByteCount(namespace.size).precise) at \(namespace.dpa.hex) "
        + "(\(rule.rawValue))"
        + (choices.isEmpty ? "" : "; choose: \(choices.map(\.description).joined(separator: "; "))")
    case .labelDropped(let slot, let namespace, let rule):
      """
      slot \(slot): dropped, \(namespace), \(ByteCount(namespace.size).precise) at \(namespace.dpa.hex) \
      (\(rule.rawValue))
      """
    }
  }
}

extension RepairAction.LabelEvidence {
  fileprivate var explanation: String {
    switch self {
    case .place: "shown by its slot"
    case .checksum: "its checksum fits no other label"
    case .copy: "its checksum is that of an older copy"
    case .infoBlock: "its checksum fits it, and an info block names it"
    case .choice: "as chosen"
    }
  }
}

extension RepairAction.Choice: CustomStringConvertible {
  package var description: String {
    "\(number) \(namespace), \(ByteCount(namespace.size).precise) at \(namespace.dpa.hex), "
      + "with \(fields.joined(separator: ", ")) damaged"
  }
}

/// What somebody has decided of that which nothing proves.
package struct RepairDecisions: Hashable, Sendable {
  /// Whether labels that cannot stay, or of which nobody knows what they were, are dropped.
  package let discardsLabels: Bool
  /// The label that is taken of those that a damaged one can have been: its number, from 1, by slot.
  package let choices: [Int: Int]

  package init(discardsLabels: Bool = false, choices: [Int: Int] = [:]) {
    self.discardsLabels = discardsLabels
    self.choices = choices
  }

  /// Nothing is decided: what is not proved stays as it is.
  package static let none = RepairDecisions()
  package static let discarding = RepairDecisions(discardsLabels: true)
}
