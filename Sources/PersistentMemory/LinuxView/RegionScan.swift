import FoundationEssentials

/// The walk over the labels of a region's first DIMM that finds its namespaces.
///
/// Source: Linux 6.1 drivers/nvdimm/namespace_devs.c, `scan_labels` and `create_namespace_pmem`.
struct RegionScan {
  private struct Mapping {
    let labels: [NamespaceLabel]
    let byUUID: [UUID: [NamespaceLabel]]
    let addresses: Range<UInt64>
  }

  /// A rule broken by a label: the label is passed over, or the region refused.
  private enum Rejection: Error {
    case skip(LabelRule)
    case refuse(LabelRule)
  }

  private let mappings: [Mapping]
  private let cookie: InterleaveSetCookie
  private let index: IndexBlock?
  private let linux: LinuxRelease
  private var namespaces: [LabelledNamespace] = []
  private var uuids: Set<UUID> = []
  /// What became of the labels met so far, by DIMM and slot.
  private(set) var verdicts: [[Int: LabelVerdict]]

  init(_ members: [RegionProbe.Member], cookie: InterleaveSetCookie, linux: LinuxRelease) {
    mappings = members.map { member in
      let labels = member.dimm.outcome == .labelled ? member.dimm.labels : []
      return Mapping(labels: labels, byUUID: Dictionary(grouping: labels, by: \.uuid), addresses: member.addresses)
    }
    self.cookie = cookie
    self.linux = linux
    index = members.first?.dimm.area.indexes.current
    verdicts = members.map { _ in [:] }
  }

  mutating func run() -> RegionProbe.Outcome {
    for label in mappings.first?.labels ?? [] {
      let slot = Int(label.slot)
      do throws(Rejection) {
        let namespace = try namespace(of: label)
        uuids.insert(label.uuid)
        namespaces.append(namespace)
        for (dimm, slot) in namespace.slots.enumerated() { verdicts[dimm][slot] = .shown }
      } catch {
        switch error {
        case .skip(let rule): verdicts[0][slot] = .hidden(rule)
        case .refuse(let rule): return .refused(ProbeRefusal(slot: slot, rule: rule), dimm: 0)
        }
      }
    }
    return .namespaces(namespaces.sorted { $0.dpa < $1.dpa })
  }

  private func namespace(of label: NamespaceLabel) throws(Rejection) -> LabelledNamespace {
    guard let first = mappings.first, let index else { throw .skip(.labelSetIncomplete) }
    guard linux.showsLocalLabels || !label.flags.contains(.local) else { throw .skip(.labelFlags) }
    guard first.addresses.contains(label.dpa) else { throw .skip(.labelOutsideRegion) }
    guard !uuids.contains(label.uuid) else { throw .refuse(.labelDuplicateUUID) }
    guard cookie.accepts(label.cookie, under: index) else { throw .skip(.labelCookie) }
    for position in mappings.indices {
      let accepted = [cookie.value(under: index), cookie.alternative]
      guard accepted.contains(where: { hasLabel(of: label.uuid, cookie: $0, at: position) }) else {
        throw .refuse(missing(label))
      }
    }
    let selected = try select(label.uuid)
    guard let leader = selected.first(where: { $0[NamespaceLabel.Fields.position] == 0 }) else {
      throw .refuse(.labelPosition)
    }
    return LabelledNamespace(
      uuid: label.uuid, name: leader.name, size: selected.reduce(0) { $0 &+ $1.rawSize },
      dpa: first.byUUID[label.uuid, default: []].compactMap(\.reservation?.lowerBound).min() ?? label.dpa,
      sectorSize: leader[NamespaceLabel.Fields.sectorSize], abstraction: leader.abstraction,
      slots: selected.map { Int($0.slot) })
  }

  /// Whether exactly one fitting label stands for `position` of the namespace: `has_uuid_at_pos`.
  private func hasLabel(of uuid: UUID, cookie: UInt64, at position: Int) -> Bool {
    for mapping in mappings {
      var isFirst = true
      for label in mapping.byUUID[uuid, default: []] where label.cookie == cookie && hasFittingType(label) {
        guard isFirst else { return false }
        isFirst = false
        if hasFittingSetSize(label) && label[NamespaceLabel.Fields.position] == position { return true }
      }
    }
    return false
  }

  private func hasFittingType(_ label: NamespaceLabel) -> Bool {
    label.type == nil || label.type == cookie.labelType
  }

  private func hasFittingSetSize(_ label: NamespaceLabel) -> Bool {
    Int(label[NamespaceLabel.Fields.setSize]) == mappings.count
  }

  /// What to blame where a position of the set has no label: the label itself, or the other DIMMs.
  private func missing(_ label: NamespaceLabel) -> LabelRule {
    guard hasFittingType(label) else { return .labelType }
    guard hasFittingSetSize(label) else { return .labelSetSize }
    guard label[NamespaceLabel.Fields.position] < mappings.count else { return .labelPosition }
    return .labelSetIncomplete
  }

  /// The label of each DIMM, which must lie within the DIMM's part of the region: `select_pmem_id`.
  ///
  /// Linux uses the first label with the uuid, even one that it ignored because of its cookie.
  private func select(_ uuid: UUID) throws(Rejection) -> [NamespaceLabel] {
    var selected: [NamespaceLabel] = []
    for mapping in mappings {
      guard let label = mapping.byUUID[uuid]?.first else { throw .refuse(.labelSetIncomplete) }
      let (end, wraps) = label.dpa.addingReportingOverflow(label.rawSize)
      guard !wraps, label.rawSize > 0, mapping.addresses.contains(label.dpa), end <= mapping.addresses.upperBound else {
        throw .refuse(label.rawSize == 0 ? .labelZeroSize : .labelBeyondRegion)
      }
      selected.append(label)
    }
    return selected
  }
}
