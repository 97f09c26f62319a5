import Basics
import FoundationEssentials
import PersistentMemory

extension DumpDocument {
  init(_ examination: Examination) {
    let area = examination.area
    let source = examination.source
    let used = area.usedSlots
    dev = "nmem\(examination.slot)"
    self.area = Area(source, slot: examination.isOfCXLDevice ? nil : examination.slot)
    currentIndex = area.indexes.currentNumber
    usedSlots = used
    index = (0...1).map { Index($0, of: area) }
    let verdicts = Dictionary(uniqueKeysWithValues: examination.verdicts)
    label = area.occupiedSlots.compactMap { slot in
      area.label(in: slot).map { Label($0, in: slot, verdict: verdicts[slot]) }
    }
    findings = examination.findings
    linux = Linux(examination)
  }
}

extension DumpDocument.Index {
  init(_ number: Int, of area: LabelArea) {
    let block = area.indexes.blocks[number]
    // The sixteenth byte must be NUL, and ndctl prints fifteen even where it is not.
    signature = String(decoding: block.bytes[..<15].prefix { $0 != 0 }, as: UTF8.self)
    major = block.major
    minor = block.minor
    // Whatever the version, unlike `block.labelSize`.
    let exponent = block[IndexBlock.Fields.labelSize]
    labelsize = exponent < 32 ? 128 << UInt64(exponent) : 0
    seq = Int32(bitPattern: block[IndexBlock.Fields.sequence])
    nslot = Int32(bitPattern: block[IndexBlock.Fields.slotCount])
    offset = area.geometry.indexOffset(number)
    valid = area.indexes.defects[number] == nil
    current = area.indexes.currentNumber == number
    defect = area.indexes.defects[number]?.check.rawValue
  }
}

extension DumpDocument.Label {
  /// The label in `slot`; `verdict` is nil where the slot is free.
  init(_ label: NamespaceLabel, in slot: Int, verdict: LabelVerdict?) {
    uuid = label.uuid.lowercased
    name = label.name
    self.slot = label.slot
    position = label[NamespaceLabel.Fields.position]
    nlabel = label[NamespaceLabel.Fields.setSize]
    flags = label.flags.rawValue
    isetcookie = label.cookie
    lbasize = label[NamespaceLabel.Fields.sectorSize]
    dpa = label.dpa
    rawsize = label.rawSize
    used = verdict != nil
    valid = label.defect(inSlot: slot) == nil
    self.verdict = verdict?.word
    rule = verdict?.rule?.rawValue
    let type = label.type
    let abstraction = label.abstraction
    typeUUID = type?.lowercased
    self.type = type.flatMap { NamespaceType(guid: $0)?.rawValue }
    abstractionUUID = abstraction?.lowercased
    self.abstraction = abstraction.flatMap { NamespaceAbstraction(guid: $0)?.rawValue }
    typeGUID = label.isLong ? UUID(label.bytes, at: NamespaceLabel.Offsets.type).lowercased : nil
    abstractionGUID = label.isLong ? UUID(label.bytes, at: NamespaceLabel.Offsets.abstraction).lowercased : nil
  }
}

extension DumpDocument.Linux {
  init(_ examination: Examination) {
    boot = examination.boot.rawValue
    outcome = examination.outcome
    dimm =
      switch examination.probe.members.first?.dimm.outcome {
      case .labelled: "labelled"
      case .refused: "refused"
      case .labelless, nil: "labelless"
      }
    switch examination.probe.outcome {
    case .namespaces(let found):
      region = "namespaces"
      namespaces = found.map { namespace in
        DumpDocument.Namespace(
          uuid: namespace.uuid.lowercased, name: namespace.name, dpa: namespace.dpa, size: namespace.size,
          slot: namespace.slots.first)
      }
    case .labelless: (region, namespaces) = ("labelless", [])
    case .refused: (region, namespaces) = ("refused", [])
    }
    slots = examination.verdicts.map { entry in
      DumpDocument.UsedSlot(slot: entry.slot, verdict: entry.verdict.word, rule: entry.verdict.rule?.rawValue)
    }
  }
}
