import Basics
import FoundationEssentials
import PersistentMemory

/// The answer under `--json` for a CXL device: the index as for an NVDIMM, and labels with the field names of
/// Linux' `struct cxl_region_label` and `struct nvdimm_cxl_label`.
struct CXLDocument: Encodable {
  struct Label: Encodable {
    /// `region` or `namespace`; nil for a label of neither kind.
    let type: String?
    let typeUUID: String
    let uuid: String
    let name: String?
    let flags: UInt32?
    let nlabel, nrange, position: UInt16?
    let dpa, rawsize: UInt64
    let hpa: UInt64?
    let slot: UInt32?
    let ig, align: UInt32?
    let lbasize: UInt16?
    let regionUUID, abstractionUUID, abstraction: String?
    let used, valid: Bool

    private enum CodingKeys: String, CodingKey {
      case type, uuid, name, flags, nlabel, nrange, position, dpa, rawsize, hpa, slot, ig, align, lbasize
      case abstraction, used, valid
      case typeUUID = "type_uuid"
      case regionUUID = "region_uuid"
      case abstractionUUID = "abstraction_uuid"
    }

    init(_ label: CXLLabel, in slot: Int, isUsed: Bool) {
      let isRegion = label.kind == .region
      let isNamespace = label.kind == .namespace
      type = label.kind?.rawValue
      typeUUID = label.kindUUID.lowercased
      uuid = label.uuid.lowercased
      name = isNamespace ? label.name : nil
      flags = label.flags
      nlabel = isRegion ? label.count : nil
      nrange = isNamespace ? label.count : nil
      position = label.position
      dpa = label.dpa
      rawsize = label.rawSize
      hpa = isRegion ? label[CXLLabel.RegionFields.hpa] : nil
      self.slot = label.slot
      ig = isRegion ? label[CXLLabel.RegionFields.granularity] : nil
      align = label.alignment
      lbasize = isNamespace ? label[CXLLabel.NamespaceFields.sectorSize] : nil
      regionUUID = label.regionUUID?.lowercased
      abstractionUUID = label.abstraction?.lowercased
      abstraction = label.abstraction.flatMap { NamespaceAbstraction(guid: $0)?.rawValue }
      used = isUsed
      valid = label.slot == UInt32(slot) && label[CXLLabel.checksum] == label.expectedChecksum
    }
  }

  let format = 1
  let area: DumpDocument.Area
  let currentIndex: Int?
  let usedSlots: [Int]
  let index: [DumpDocument.Index]
  let label: [Label]
  let findings: [Finding]

  private enum CodingKeys: String, CodingKey {
    case format, area, index, label, findings
    case currentIndex = "current_index"
    case usedSlots = "used_slots"
  }

  init(_ examination: CXLExamination) {
    let area = examination.area
    let used = Set(area.usedSlots)
    self.area = DumpDocument.Area(examination.source, slot: nil)
    currentIndex = area.indexes.currentNumber
    usedSlots = area.usedSlots
    index = (0...1).map { DumpDocument.Index($0, of: area) }
    label = used.union(area.occupiedCXLSlots).sorted().compactMap { slot in
      area.cxlLabel(in: slot).map { Label($0, in: slot, isUsed: used.contains(slot)) }
    }
    findings = examination.findings
  }
}
