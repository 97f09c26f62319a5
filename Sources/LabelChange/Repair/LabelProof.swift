import Basics
import FoundationEssentials
import PersistentMemory

/// The original contents of the damaged label in a slot in use, to the extent that there is evidence.
///
/// The evidence, in this order: the label's own checksum; an older copy of the label in a free slot, which the checksum
/// confirms; what a label of this DIMM cannot be; an info block in the namespace, which names the label it belongs to.
struct LabelProof {
  /// The possible original labels: one if it is proved, none if there is no evidence.
  let candidates: [NamespaceLabel]
  /// The evidence that settled it.
  let evidence: RepairAction.LabelEvidence
  /// If nothing is proved: labels that make sense in this place, to be offered to the user.
  let guesses: [NamespaceLabel]

  /// `witnesses` are the info blocks of namespaces that name a label.
  init(
    of label: NamespaceLabel, in slot: Int, of area: LabelArea, under judge: LabelJudge, witnesses: [NamespaceWitness]
  ) {
    var asItIs = label
    asItIs.seal(slot: slot)
    if !label.isLong || label.expectedChecksum == label[NamespaceLabel.Fields.checksum] {
      // Only the slot number is wrong, and it is the only field that the label's place determines.
      (candidates, guesses, evidence) = (judge.isImpeccable(asItIs) ? [asItIs] : [], [], .place)
      return
    }
    let corrected = ChecksumCorrection.candidates(for: label.bytes, checksum: NamespaceLabel.Fields.checksum)
      .map { NamespaceLabel(.v1_2, startingWith: $0[...]) }.filter { $0.defect(inSlot: slot) == nil }
    let copied = Self.copies(of: label, for: slot, in: area)
    var left = Array(Set(corrected + copied)).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    var evidence: RepairAction.LabelEvidence = corrected.isEmpty ? .copy : .checksum
    func settle(by next: RepairAction.LabelEvidence, _ holds: (NamespaceLabel) -> Bool) {
      guard left.count > 1 else { return }
      let held = left.filter(holds)
      if !held.isEmpty, held.count < left.count { (left, evidence) = (held, next) }
    }
    let copies = Set(copied)
    settle(by: .copy) { copies.contains($0) }
    settle(by: .checksum) { judge.isImpeccable($0) }
    settle(by: .infoBlock) { label in witnesses.contains { ($0.label, $0.dpa) == (label.uuid, label.dpa) } }
    // More than one word may be damaged: the result must be a label as Linux writes one, otherwise it is only offered.
    let isProof = left.count > 1 || left.allSatisfy { judge.isImpeccable($0) }
    candidates = isProof ? left : []
    self.evidence = evidence
    // The info block in its place knows the uuid.
    let named = witnesses.filter { ($0.dpa, $0.size) == (label.dpa, label.rawSize) && $0.label != label.uuid }
      .map { witness in
        var named = label
        named.uuid = witness.label
        named.seal(slot: slot)
        return named
      }
    guesses =
      isProof && !left.isEmpty
      ? []
      : left + (named + [asItIs] + Self.relatives(of: label, for: slot, in: area)).filter { judge.isImpeccable($0) }
  }

  /// Returns older labels in free slots of the same namespace, or of one in the same place.
  private static func relatives(of label: NamespaceLabel, for slot: Int, in area: LabelArea) -> [NamespaceLabel] {
    let used = Set(area.usedSlots)
    var relatives: [NamespaceLabel] = []
    for old in area.survivingLabels where !used.contains(Int(old.slot)) {
      guard old.uuid == label.uuid || (old.dpa, old.rawSize) == (label.dpa, label.rawSize) else { continue }
      var copy = old
      copy.flags = []
      copy.seal(slot: slot)
      if !relatives.contains(copy) { relatives.append(copy) }
    }
    return relatives
  }

  /// Returns the original labels that older copies in free slots suggest, each with its own checksum.
  ///
  /// Linux writes a label twice, the first time with the flag of an update, and does not erase the old label.
  private static func copies(of label: NamespaceLabel, for slot: Int, in area: LabelArea) -> [NamespaceLabel] {
    let used = Set(area.usedSlots)
    let stored = label[NamespaceLabel.Fields.checksum]
    return area.survivingLabels.filter { !used.contains(Int($0.slot)) }.flatMap { copy in
      Set([copy.flags, label.flags, []]).compactMap { flags in
        var copy = copy
        copy.flags = flags
        copy.seal(slot: slot)
        return copy[NamespaceLabel.Fields.checksum] == stored ? copy : nil
      }
    }
  }
}

extension NamespaceLabel {
  /// Returns the names of the fields in which the label differs from `other`, as Linux calls them.
  func differences(from other: NamespaceLabel) -> [String] {
    let fields: [(String, Range<Int>)] = [
      ("uuid", 0..<16), ("name", 16..<80), ("flags", 80..<84), ("nlabel", 84..<86), ("position", 86..<88),
      ("isetcookie", 88..<96), ("lbasize", 96..<104), ("dpa", 104..<112), ("rawsize", 112..<120), ("slot", 120..<124),
      ("align", 124..<128), ("type_guid", 128..<144), ("abstraction_guid", 144..<160), ("reserved", 160..<248),
      ("checksum", 248..<256),
    ]
    return fields.filter { _, range in
      range.upperBound <= min(bytes.count, other.bytes.count) && bytes[range] != other.bytes[range]
    }.map(\.0)
  }
}
