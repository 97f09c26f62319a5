import Basics
import FoundationEssentials
import PersistentMemory

/// The rules for the labels of one DIMM, which is an interleave set by itself.
struct LabelJudge {
  private let regionSize: UInt64?
  let cookie: InterleaveSetCookie?
  private let index: IndexBlock?

  /// Creates the judge of `dimm`. If its slot is not known, it is the slot to which most of `labels` belong.
  init(dimm: LabelledDIMM, index: IndexBlock?, labels: [NamespaceLabel]) {
    regionSize = dimm.regionSize
    cookie = dimm.cookie ?? Self.slot(of: labels).map { InterleaveSetCookie(virtualSlot: $0) }
    self.index = index
  }

  private static func slot(of labels: [NamespaceLabel]) -> Int? {
    var bytes: [Int: UInt64] = [:]
    for label in labels {
      guard let slot = InterleaveSetCookie.virtualSlot(of: label.cookie) else { continue }
      let (sum, overflow) = bytes[slot, default: 0].addingReportingOverflow(label.rawSize)
      bytes[slot] = overflow ? .max : sum
    }
    return bytes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  /// Returns whether Linux refuses the DIMM, or its region, because of its labels.
  func isRefused(_ area: LabelArea) -> Bool { namespaces(of: area) == nil }

  /// Returns the namespaces that Linux shows, none if the slot of the DIMM is not known; `nil` if Linux refuses the
  /// DIMM, or its region, because of its labels.
  func namespaces(of area: LabelArea) -> [LabelledNamespace]? {
    let dimm = DIMMProbe(area)
    if case .refused = dimm.outcome { return nil }
    guard let cookie else { return [] }
    let member = RegionProbe.Member(dimm, addresses: 0..<(regionSize ?? .max))
    switch RegionProbe([member], cookie: cookie, boot: .warm).outcome {
    case .namespaces(let namespaces): return namespaces
    case .labelless: return []
    case .refused: return nil
    }
  }

  /// Returns whether the label belongs to this DIMM and Linux does not ignore it.
  func isOwn(_ label: NamespaceLabel) -> Bool { hasOwnCookie(label) && label.dpa < regionSize ?? .max }

  private func hasOwnCookie(_ label: NamespaceLabel) -> Bool {
    guard let cookie else { return false }
    guard let index else { return [cookie.v1_1, cookie.v1_2].contains(label.cookie) }
    return cookie.accepts(label.cookie, under: index)
  }

  /// Returns the rule that makes it impossible to keep the label; `nil` if it can be kept.
  func fault(of label: NamespaceLabel) -> LabelRule? {
    guard label.rawSize > 0 else { return .labelZeroSize }
    guard let range = label.reservation else { return .labelWraps }
    guard isOwn(label) else { return nil }
    guard range.upperBound < regionSize ?? .max else { return .labelBeyondRegion }
    let isBlock = label.type.flatMap { NamespaceType(guid: $0) }.map { [.blockControl, .blockData].contains($0) }
    return isBlock == true ? .labelType : nil
  }

  /// Returns the label with the fields corrected that its cookie determines: a DIMM that is a set by itself has one
  /// label per namespace, in position 0, of persistent memory.
  func mended(_ label: NamespaceLabel) -> (label: NamespaceLabel, rules: [LabelRule]) {
    guard isOwn(label) else { return (label, []) }
    var mended = label
    var rules: [LabelRule] = []
    if label[NamespaceLabel.Fields.setSize] != 1 {
      mended[NamespaceLabel.Fields.setSize] = 1
      rules.append(.labelSetSize)
    }
    if label[NamespaceLabel.Fields.position] != 0 {
      mended[NamespaceLabel.Fields.position] = 0
      rules.append(.labelPosition)
    }
    if let type = label.type, type != NamespaceType.pmem.guid, let abstraction = label.abstraction {
      mended.set(type: NamespaceType.pmem.guid, abstraction: abstraction)
      rules.append(.labelType)
    }
    return (mended, rules)
  }

  /// Returns whether the label, apart from its slot and its checksum, is as Linux writes one for this DIMM.
  func isImpeccable(_ label: NamespaceLabel) -> Bool {
    let knowsCookie = cookie == nil ? InterleaveSetCookie.virtualSlot(of: label.cookie) != nil : isOwn(label)
    guard knowsCookie, fault(of: label) == nil, mended(label).rules.isEmpty, label.uuid != .zero,
      (label.dpa | label.rawSize).isMultiple(of: 4096),
      label[NamespaceLabel.Fields.setSize] == 1, label[NamespaceLabel.Fields.position] == 0,
      label.flags.subtracting(.updating).isEmpty,
      LabelVerification.sectorSizes.contains(label[NamespaceLabel.Fields.sectorSize])
    else { return false }
    return hasCleanName(label) && hasCleanEnd(label)
  }

  private func hasCleanName(_ label: NamespaceLabel) -> Bool {
    let name = label.nameBytes
    let field = label.bytes[NamespaceLabel.Offsets.name..<NamespaceLabel.Offsets.name + NamespaceLabel.nameSize]
    return name.count < NamespaceLabel.nameSize && String(validating: name, as: UTF8.self) != nil
      && field.dropFirst(name.count).allSatisfy { $0 == 0 }
  }

  /// Returns whether the bytes after the slot number are as Linux writes them.
  private func hasCleanEnd(_ label: NamespaceLabel) -> Bool {
    guard label.bytes[124..<128].allSatisfy({ $0 == 0 }) else { return false }
    guard let abstraction = label.abstraction else { return true }
    return label.type == NamespaceType.pmem.guid && NamespaceAbstraction(guid: abstraction) != nil
      && label.bytes[NamespaceLabel.Offsets.reserved].allSatisfy { $0 == 0 }
  }
}
