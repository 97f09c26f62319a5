import Basics
import CommandSupport
import PersistentMemory

/// The complete examination of the label area of a CXL device.
struct CXLExamination {
  let source: LabelAreaSource
  let area: LabelArea
  let findings: [Finding]

  init(_ source: LabelAreaSource, _ area: LabelArea) {
    self.source = source
    self.area = area
    findings = LabelVerification(area, dimm: LabelledDIMM(regionSize: nil, cookie: nil), layout: .cxl).findings
  }
}

extension CXLExamination {
  /// The answer under `--json` for a CXL device: the index as for an NVDIMM, and labels with the field names of Linux'
  /// `struct cxl_region_label` and `struct nvdimm_cxl_label`.
  var json: JSONValue {
    let used = Set(area.usedSlots)
    return .object(
      area.members(
        from: source, slot: nil, findings,
        labels: used.union(area.occupiedCXLSlots).sorted().compactMap { slot in
          area.cxlLabel(in: slot)?.json(inSlot: slot, isUsed: used.contains(slot))
        }))
  }
}

extension CXLLabel {
  fileprivate func json(inSlot slot: Int, isUsed: Bool) -> JSONValue {
    let isRegion = kind == .region
    let isNamespace = kind == .namespace
    let abstractionName = abstraction.flatMap { NamespaceAbstraction(guid: $0)?.rawValue }
    return JSONValue(present: [
      // Left out for a label of unknown type.
      ("type", kind.map { .text($0.rawValue) }), ("type_uuid", .text(kindUUID.lowercased)),
      ("uuid", .text(uuid.lowercased)), ("name", isNamespace ? .text(name) : nil),
      ("flags", flags.map { JSONValue($0) }), ("nlabel", isRegion ? count.map { JSONValue($0) } : nil),
      ("nrange", isNamespace ? count.map { JSONValue($0) } : nil), ("position", position.map { JSONValue($0) }),
      ("dpa", JSONValue(dpa)), ("rawsize", JSONValue(rawSize)),
      ("hpa", isRegion ? JSONValue(self[RegionFields.hpa]) : nil), ("slot", self.slot.map { JSONValue($0) }),
      ("ig", isRegion ? JSONValue(self[RegionFields.granularity]) : nil), ("align", alignment.map { JSONValue($0) }),
      ("lbasize", isNamespace ? JSONValue(self[NamespaceFields.sectorSize]) : nil),
      ("region_uuid", regionUUID.map { .text($0.lowercased) }),
      ("abstraction_uuid", abstraction.map { .text($0.lowercased) }),
      ("abstraction", abstractionName.map { .text($0) }), ("used", .boolean(isUsed)),
      ("valid", .boolean(self.slot == UInt32(slot) && self[CXLLabel.checksum] == expectedChecksum)),
    ])
  }
}
