import FoundationEssentials
import PersistentMemory

/// The repair of the labels of one area: which of them can stay, and in what form.
struct LabelSetRepair {
  private let area: LabelArea
  private let geometry: LabelGeometry
  /// The block that gives the version and, without `recovered`, the slots in use.
  private let index: IndexBlock?
  private let recovered: RecoveredIndex?
  private let judge: LabelJudge
  private let decisions: RepairDecisions
  private let witnesses: [NamespaceWitness]

  private var kept: [SurvivingLabel] = []
  private var replaced: [Int: NamespaceLabel] = [:]
  private var dropped: [Int] = []
  private(set) var actions: [RepairAction] = []

  /// `recovered` substitutes for a missing current index.
  init(
    of area: LabelArea, dimm: LabelledDIMM, decisions: RepairDecisions, witnesses: [NamespaceWitness],
    recovered: RecoveredIndex? = nil
  ) {
    self.area = area
    self.decisions = decisions
    self.witnesses = witnesses
    self.recovered = recovered
    geometry = recovered?.geometry ?? area.geometry
    index = recovered?.block ?? area.indexes.current
    let slots = recovered?.slots ?? area.usedSlots
    let geometry = geometry
    let labels = slots.map { NamespaceLabel(slot: $0, of: area.bytes, in: geometry) }
    judge = LabelJudge(dimm: dimm, index: index, labels: labels)
  }

  /// The area with the changes, if it has a current index.
  var update: SparseBytes { area.updated(replacing: replaced, freeing: dropped) }

  /// The area with two new index blocks that list the kept labels.
  var rebuilt: SparseBytes {
    guard var block = recovered?.block else { return area.bytes }
    var bytes = area.bytes
    for (slot, label) in replaced {
      var sealed = label
      sealed.seal(slot: slot)
      bytes.replace(at: geometry.offset(ofSlot: slot), with: sealed.bytes)
    }
    let used = Set(kept.map(\.slot))
    for slot in 0..<(geometry.indexSize - IndexBlock.headerSize) * 8 {
      if slot < block.slotCount && !used.contains(slot) { block.markFree(slot) } else { block.markUsed(slot) }
    }
    bytes.replaceIndexes(with: block, in: geometry)
    return bytes
  }

  /// Whether there is a label that an index would list.
  var hasLabels: Bool { !kept.isEmpty }

  /// Decides about every slot in use, and about the labels that info blocks name.
  mutating func repairUsedSlots() {
    var valid: [(slot: Int, label: NamespaceLabel)] = []
    var invalid: [(slot: Int, label: NamespaceLabel, rule: LabelRule)] = []
    for slot in recovered?.slots ?? area.usedSlots {
      let label = NamespaceLabel(slot: slot, of: area.bytes, in: geometry)
      switch label.defect(inSlot: slot) {
      case nil: valid.append((slot, label))
      case .slot: invalid.append((slot, label, .labelSlot))
      case .checksum: invalid.append((slot, label, .labelChecksum))
      }
    }
    if recovered == nil && !judge.isRefused(area) {
      kept = valid.compactMap { survivor($0.label, in: $0.slot, mends: false) }
    } else {
      select(valid)
    }
    let (empty, damaged) = (invalid.filter(\.label.isZero), invalid.filter { !$0.label.isZero })
    for (slot, label, rule) in damaged { takeUp(label, in: slot, breaking: rule) }
    let lost = witnesses.filter { witness in
      !damaged.contains { $0.label.dpa == witness.dpa || $0.label.uuid == witness.label }
    }
    let restored = decisions.discardsLabels ? [] : restore(lost, into: empty.map(\.slot))
    for (slot, label, rule) in empty where !restored.contains(slot) { drop(label, in: slot, breaking: rule) }
    finishUpdates()
    dropShadows()
    for survivor in kept where !survivor.mended.isEmpty {
      actions.append(
        .labelMended(slot: survivor.slot, NamespaceIdentity(survivor.label), survivor.mended))
    }
  }

  /// Keeps the most valuable of the labels that Linux would not accept together.
  private mutating func select(_ labels: [(slot: Int, label: NamespaceLabel)]) {
    var candidates: [SurvivingLabel] = []
    for (slot, label) in labels {
      if let rule = judge.fault(of: label) {
        leave(label, in: slot, breaking: rule)
      } else if let survivor = survivor(label, in: slot, mends: true) {
        candidates.append(survivor)
      }
    }
    kept = LabelSelection(from: candidates).kept
    let slots = Set(kept.map(\.slot))
    let twins = Dictionary(kept.map { ($0.label.uuid, $0.range) }) { first, _ in first }
    for loser in candidates where !slots.contains(loser.slot) {
      let twin = twins[loser.label.uuid]
      // An older copy of the same label contains nothing that is not kept.
      if twin == loser.range, recovered != nil {
        dropped.append(loser.slot)
      } else {
        leave(loser.label, in: loser.slot, breaking: twin == nil ? .labelOverlap : .labelDuplicateUUID)
        if !decisions.discardsLabels { contest(loser) }
      }
    }
  }

  /// Leaves the labels that conflict with `loser` as they are: both stay, and it is open which one is right.
  private mutating func contest(_ loser: SurvivingLabel) {
    for number in kept.indices
    where kept[number].label.uuid == loser.label.uuid || kept[number].range.overlaps(loser.range) {
      kept[number].mended = []
      kept[number].isContested = true
    }
  }

  /// Restores a label that Linux ignores, if its original contents are proved or chosen.
  private mutating func takeUp(_ label: NamespaceLabel, in slot: Int, breaking rule: LabelRule) {
    let proof = LabelProof(of: label, in: slot, of: area, under: judge, witnesses: witnesses)
    let isProved = proof.candidates.count == 1
    let possible = proof.candidates.isEmpty ? proof.guesses : proof.candidates
    let choice = isProved ? 1 : decisions.choices[slot] ?? 0
    guard possible.indices.contains(choice - 1), judge.fault(of: possible[choice - 1]) == nil,
      var survivor = survivor(possible[choice - 1], in: slot, mends: true),
      !kept.contains(where: { $0.label.uuid == survivor.label.uuid || $0.range.overlaps(survivor.range) })
    else {
      let choices = possible.enumerated().map { number, candidate in
        RepairAction.Choice(
          number: number + 1, namespace: NamespaceIdentity(candidate), fields: candidate.differences(from: label))
      }
      return leave(label, in: slot, breaking: rule, choices)
    }
    if isProved, proof.evidence == .place {
      survivor.mended.append(rule)
    } else {
      actions.append(
        .labelProved(slot: slot, NamespaceIdentity(survivor.label), isProved ? proof.evidence : .choice))
    }
    replaced[slot] = survivor.label
    kept.append(survivor)
  }

  /// Makes the lost labels that `witnesses` name again if they are chosen, and offers the others. Labels go to `empty`,
  /// the slots in use that hold nothing, and then to free slots. Returns the slots that labels take or may take.
  private mutating func restore(_ witnesses: [NamespaceWitness], into empty: [Int]) -> Set<Int> {
    let used = Set(recovered?.slots ?? area.usedSlots)
    let slotCount = (recovered?.block ?? area.indexes.current)?.slotCount ?? 0
    let free = (0..<slotCount).lazy.filter { [geometry, area] slot in
      !used.contains(slot) && NamespaceLabel(slot: slot, of: area.bytes, in: geometry).isZero
    }
    var slots = (empty + free.prefix(witnesses.count)).makeIterator()
    var spokenFor: Set<Int> = []
    for witness in witnesses where !kept.contains(where: { $0.label.uuid == witness.label }) {
      // A label for these bytes that names another namespace: one of the two is right.
      let rival = kept.firstIndex { $0.label.dpa == witness.dpa }
      guard rival != nil || !kept.contains(where: { $0.range.overlaps(witness.dpa...witness.end - 1) }),
        let slot = rival.map({ kept[$0].slot }) ?? slots.next()
      else { continue }
      let label = label(for: witness, beside: rival.map { kept[$0].label })
      spokenFor.insert(slot)
      guard judge.cookie != nil, decisions.choices[slot] == 1,
        let survivor = survivor(label, in: slot, mends: true)
      else {
        let choice = RepairAction.Choice(number: 1, namespace: NamespaceIdentity(label), fields: nil)
        actions.append(.labelLost(slot: slot, [choice]))
        continue
      }
      if let rival { kept.remove(at: rival) }
      replaced[slot] = survivor.label
      kept.append(survivor)
      actions.append(.labelProved(slot: slot, NamespaceIdentity(survivor.label), .choice))
    }
    return spokenFor
  }

  /// Returns the label that `witness` names: an older copy of it, or `rival`, which is in its place, with another uuid, or
  /// a new one.
  private func label(for witness: NamespaceWitness, beside rival: NamespaceLabel?) -> NamespaceLabel {
    let copies = area.survivingLabels.filter {
      ($0.uuid, $0.dpa, $0.rawSize) == (witness.label, witness.dpa, witness.size)
    }
    if var label = rival ?? copies.first(where: judge.isOwn) {
      label.uuid = witness.label
      label.flags = []
      return label
    }
    var label = NamespaceLabel(blank: geometry.labelSize == LabelVersion.v1_1.labelSize ? .v1_1 : .v1_2)
    label.uuid = witness.label
    label[NamespaceLabel.Fields.setSize] = 1
    if let cookie = judge.cookie {
      label[NamespaceLabel.Fields.cookie] = index.map { cookie.value(under: $0) } ?? cookie.v1_2
    }
    label[NamespaceLabel.Fields.sectorSize] = UInt64(witness.labelSectorSize)
    label[NamespaceLabel.Fields.dpa] = witness.dpa
    label[NamespaceLabel.Fields.rawSize] = witness.size
    label.set(type: NamespaceType.pmem.guid, abstraction: witness.abstraction.guid)
    return label
  }

  /// Completes updates. Linux uses a label whether or not the update that wrote it was completed.
  private mutating func finishUpdates() {
    for number in kept.indices {
      let survivor = kept[number]
      guard !survivor.isContested else { continue }
      if !survivor.mended.isEmpty { replaced[survivor.slot] = survivor.label }
      guard survivor.isShown, survivor.label.flags.contains(.updating) else { continue }
      kept[number].label.flags.remove(.updating)
      replaced[survivor.slot] = kept[number].label
      actions.append(.updateFinished(slot: survivor.slot, NamespaceIdentity(survivor.label)))
    }
  }

  /// Handles labels that Linux ignores, but that would precede a rewritten label of the same uuid. Linux takes the
  /// first that it finds, and refuses the region if the other one lies elsewhere. Either they are dropped, or nothing
  /// is rewritten.
  private mutating func dropShadows() {
    guard recovered == nil, !replaced.isEmpty, let after = try? LabelArea(update), judge.isRefused(after)
    else { return }
    guard decisions.discardsLabels || judge.isRefused(area) else {
      for slot in replaced.keys.sorted() {
        actions.removeAll { $0.slot == slot }
        if let label = area.label(in: slot) { leave(label, in: slot, breaking: .labelDuplicateUUID) }
      }
      replaced = [:]
      for number in kept.indices { kept[number].mended = [] }
      return
    }
    let moved = Set(kept.filter { replaced[$0.slot] != nil }.map(\.label.uuid))
    for shadow in kept where !shadow.isShown && moved.contains(shadow.label.uuid) {
      leave(shadow.label, in: shadow.slot, breaking: .labelDuplicateUUID)
    }
    let dropped = Set(dropped)
    kept.removeAll { dropped.contains($0.slot) }
  }

  /// Drops a label that cannot stay, or whose original contents are unknown, if that is permitted; otherwise it stays.
  private mutating func leave(
    _ label: NamespaceLabel, in slot: Int, breaking rule: LabelRule, _ choices: [RepairAction.Choice] = []
  ) {
    guard !decisions.discardsLabels else { return drop(label, in: slot, breaking: rule) }
    actions.append(.labelOpen(slot: slot, NamespaceIdentity(label), rule, choices))
  }

  private mutating func drop(_ label: NamespaceLabel, in slot: Int, breaking rule: LabelRule) {
    dropped.append(slot)
    actions.append(
      label.isZero ? .slotFreed(slot) : .labelDropped(slot: slot, NamespaceIdentity(label), rule))
  }

  /// Returns `nil` for a label that takes no addresses.
  private func survivor(_ label: NamespaceLabel, in slot: Int, mends: Bool) -> SurvivingLabel? {
    guard let range = label.reservation else { return nil }
    let (mended, rules) = mends ? judge.mended(label) : (label, [])
    return SurvivingLabel(
      slot: slot, label: mended, mended: rules, isShown: judge.isOwn(label), isListed: isListed(slot), range: range)
  }

  private func isListed(_ slot: Int) -> Bool {
    guard let recovered else { return true }
    if case .bitmap = recovered.evidence { return true }
    return [0, 1].contains { number in
      let block = IndexBlock(number, of: area.bytes, in: geometry)
      return block.hasSignature && !block.isFree(slot)
    }
  }
}
