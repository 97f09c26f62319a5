import Basics
package import PersistentMemory

/// An action of a repair, or a problem that it leaves open.
package enum RepairAction: Hashable, Sendable {
  /// The evidence for the slots in use if neither index block is valid.
  package enum Evidence: Hashable, Sendable {
    /// The bitmap of a damaged block, which the checksum still proves.
    case bitmap(block: Int)
    /// No bitmap: the checksums of version 1.2 distinguish labels from garbage, but not labels in use from older
    /// copies.
    case checksums
    /// Neither bitmap nor checksum: labels of version 1.1 in which every field makes sense for this DIMM.
    case plausibility
    /// Neither bitmap nor label: the labels are made from info blocks, as chosen.
    case infoBlocks
  }

  /// The evidence for the original contents of a damaged label.
  package enum LabelEvidence: String, Hashable, Sendable {
    /// The slot of the label, if nothing else was wrong with it.
    case place
    /// The label's checksum, which fits only one label of this DIMM.
    case checksum
    /// An older copy in a free slot, which its checksum confirms.
    case copy
    /// An info block in the namespace, which names the label.
    case infoBlock = "info-block"
    /// The user's choice among the labels that the checksum fits.
    case choice
  }

  /// A possible original of a damaged label.
  package struct Choice: Hashable, Sendable {
    /// The number by which the user chooses it, from 1.
    package let number: Int
    package let namespace: NamespaceIdentity
    /// The fields that would have been damaged; `nil` for a label that is gone, of which an info block tells.
    package let fields: [String]?
  }

  /// A damaged index block has its original contents again, as proved by its checksum.
  case indexCorrected(Int)
  /// A damaged index block could be corrected, but labels that Linux shows now would disappear: it stays as it is.
  case indexOpen(Int)
  /// An index block is rewritten from the good one.
  case indexRebuilt(Int)
  /// Both index blocks are rewritten.
  case indexesRebuilt(Evidence)
  /// A slot in use holds nothing: it becomes free.
  case slotFreed(Int)
  /// The label in a slot is kept, with the broken rules corrected.
  case labelMended(slot: Int, NamespaceIdentity, [LabelRule])
  /// An update of the label in a slot had been interrupted; the label has its new contents, and the update is now
  /// complete.
  case updateFinished(slot: Int, NamespaceIdentity)
  /// A damaged label has its original contents again.
  case labelProved(slot: Int, NamespaceIdentity, LabelEvidence)
  /// The label in a slot breaks a rule, but nothing proves its original contents, or that it may be dropped: it stays.
  case labelOpen(slot: Int, NamespaceIdentity, LabelRule, [Choice])
  /// An info block names a label that is gone, or another one than the label of its namespace, which is in this slot.
  case labelLost(slot: Int, [Choice])
  /// The label in a slot cannot stay because of the rule that it breaks. Its bytes on the DIMM are not touched.
  case labelDropped(slot: Int, NamespaceIdentity, LabelRule)
}

extension RepairAction {
  /// The slot of the action; `nil` for an index block.
  package var slot: Int? {
    switch self {
    case .indexCorrected, .indexOpen, .indexRebuilt, .indexesRebuilt: nil
    case .slotFreed(let slot), .labelMended(let slot, _, _), .updateFinished(let slot, _),
      .labelProved(let slot, _, _), .labelOpen(let slot, _, _, _), .labelLost(let slot, _),
      .labelDropped(let slot, _, _):
      slot
    }
  }

  /// Whether an info block has to stand in for a label.
  package var isOfLostLabel: Bool { if case .labelLost = self { true } else { false } }

  /// What the user can choose from.
  package var choices: [Choice] {
    switch self {
    case .labelOpen(_, _, _, let choices), .labelLost(_, let choices): choices
    case .indexCorrected, .indexOpen, .indexRebuilt, .indexesRebuilt, .slotFreed, .labelMended, .updateFinished,
      .labelProved, .labelDropped:
      []
    }
  }

  /// Whether the user has to decide something.
  package var isOpen: Bool {
    switch self {
    case .indexOpen, .labelOpen, .labelLost: true
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
    case .indexesRebuilt(.infoBlocks): "both index blocks: written anew for the chosen labels"
    case .slotFreed(let slot): "label slot \(slot): freed; it held nothing"
    case .labelMended(let slot, let namespace, let rules):
      "label slot \(slot): repaired, \(namespace) (\(rules.map(\.rawValue).joined(separator: ", ")))"
    case .updateFinished(let slot, let namespace): "label slot \(slot): interrupted update finished, \(namespace)"
    case .labelProved(let slot, let namespace, let evidence):
      "label slot \(slot): corrected, \(namespace) (\(evidence.explanation))"
    case .labelOpen(let slot, let namespace, let rule, let choices):
      "label slot \(slot): undecided, \(namespace), \(ByteCount(namespace.size).precise) at \(namespace.dpa.hex) "
        + "(\(rule.rawValue))"
        + (choices.isEmpty ? "" : "; choose: \(choices.map(\.description).joined(separator: "; "))")
    case .labelLost(let slot, let choices):
      "label slot \(slot): undecided, an info block names a label that is not there; "
        + "choose: \(choices.map(\.description).joined(separator: "; "))"
    case .labelDropped(let slot, let namespace, let rule):
      """
      label slot \(slot): dropped, \(namespace), \(ByteCount(namespace.size).precise) at \(namespace.dpa.hex) \
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
      + (fields.map { "with \($0.joined(separator: ", ")) damaged" } ?? "as the info block says")
  }
}

/// The user's decisions about what nothing proves.
package struct RepairDecisions: Hashable, Sendable {
  /// Whether to drop labels that cannot stay, or whose original contents are unknown.
  package let discardsLabels: Bool
  /// The choices among the possible originals of damaged labels: their numbers, from 1, by slot.
  package let choices: [Int: Int]

  package init(discardsLabels: Bool = false, choices: [Int: Int] = [:]) {
    self.discardsLabels = discardsLabels
    self.choices = choices
  }

  /// No decisions: labels without proof stay as they are.
  package static let none = RepairDecisions()
  package static let discarding = RepairDecisions(discardsLabels: true)
}
