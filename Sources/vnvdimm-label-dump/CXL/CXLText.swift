import Basics
import CommandSupport
import FoundationEssentials
import PersistentMemory

/// The label area of a CXL device for people, in 80 columns.
struct CXLText {
  let examination: CXLExamination
  let listsFreeSlots: Bool

  private var area: LabelArea { examination.area }

  var text: String {
    let source = examination.source
    var lines = [
      "label area  \(ByteCount(UInt64(source.location.size))) at \(source.location.offset.hex) of \(source.path), CXL",
      "",
    ]
    lines += IndexTable(area).lines
    let rows = slots.compactMap { slot in area.cxlLabel(in: slot).map { (slot, $0) } }
    guard !rows.isEmpty else { return lines.joined(separator: "\n") }
    lines.append("")
    lines +=
      TextTable(
        ["slot", "kind", "uuid", "dpa", "size"], rows.map { columns(of: $0.1, $0.0) },
        notes: rows.map { note(on: $0.1, $0.0) }
      ).lines
    return lines.joined(separator: "\n")
  }

  private var slots: [Int] {
    listsFreeSlots ? Set(area.usedSlots).union(area.occupiedCXLSlots).sorted() : area.usedSlots
  }

  private func columns(of label: CXLLabel, _ slot: Int) -> [String] {
    [
      "\(slot)", label.kind?.rawValue ?? "unknown", label.uuid.lowercased, label.dpa.hex, "\(ByteCount(label.rawSize))",
    ]
  }

  private func note(on label: CXLLabel, _ slot: Int) -> String? {
    var notes: [String] = []
    if !area.usedSlots.contains(slot) { notes.append("free: left from before") }
    switch label.kind {
    case .region?:
      notes.append("device \(label.position ?? 0) of \(label.count ?? 0)")
      let granularity = label[CXLLabel.RegionFields.granularity]
      if granularity < 32 { notes.append("\(ByteCount(256 << UInt64(granularity))) at a time") }
      let hpa = label[CXLLabel.RegionFields.hpa]
      notes.append(hpa == 0 || hpa == .max ? "at any host address" : "at host address \(hpa.hex)")
    case .namespace?:
      if !label.nameBytes.isEmpty { notes.append("name \(label.name.escapedForTerminal)") }
      if label.count != 1 { notes.append("range \(label.position ?? 0) of \(label.count ?? 0)") }
      if let abstraction = label.abstraction {
        notes.append(NamespaceAbstraction(guid: abstraction)?.mode.rawValue ?? "unknown mode")
      }
      if let region = label.regionUUID { notes.append("in region \(region.lowercased)") }
    case nil: break
    }
    if (label.flags ?? 0) & NamespaceLabel.Flags.updating.rawValue != 0 { notes.append("UPDATING") }
    return notes.isEmpty ? nil : notes.joined(separator: ", ")
  }
}
