import Basics
import CommandSupport
import FoundationEssentials
import PersistentMemory

/// The text for people, in 80 columns.
struct DumpText {
  let examination: Examination
  let listsFreeSlots: Bool

  init(_ examination: Examination, listsFreeSlots: Bool) {
    self.examination = examination
    self.listsFreeSlots = listsFreeSlots
  }

  private var source: LabelAreaSource { examination.source }
  private var labelArea: LabelArea { examination.area }

  /// Where the area is, its index blocks, and its labels.
  var area: String {
    var lines = [
      "label area  \(ByteCount(UInt64(source.location.size))) at \(source.location.offset.hex) of \(source.path.escapedForTerminal)"
    ]
    if let region = source.regionSize { lines.append("region      \(ByteCount(region).precise)") }
    lines.append(
      examination.isOfCXLDevice
        ? "device      CXL, " + serialNumber + "with labels as Linux writes them"
        : "DIMM slot   \(examination.slot), \(examination.slotOrigin)")
    lines.append("")
    lines += IndexTable(labelArea).lines
    let labels = labelRows
    if !labels.isEmpty {
      lines.append("")
      lines +=
        TextTable(["slot", "uuid", "dpa", "size", "mode"], labels.map(\.columns), notes: labels.map(\.note)).lines
    }
    return lines.joined(separator: "\n")
  }

  private var serialNumber: String {
    examination.serialNumber.map { "serial number \($0.hex) \(examination.serialNumberOrigin), " } ?? ""
  }

  private struct LabelRow {
    let columns: [String]
    let note: String?
  }

  private var labelRows: [LabelRow] {
    let used = labelArea.usedSlots
    let slots = listsFreeSlots ? Set(used).union(labelArea.occupiedSlots).sorted() : used
    let usedSet = Set(used)
    return slots.compactMap { slot in
      guard let label = labelArea.label(in: slot), listsFreeSlots || !label.isZero || usedSet.contains(slot) else {
        return nil
      }
      return row(of: label, slot, isUsed: usedSet.contains(slot))
    }
  }

  private func row(of label: NamespaceLabel, _ slot: Int, isUsed: Bool) -> LabelRow {
    let mode = label.abstraction.map { NamespaceAbstraction(guid: $0)?.rawValue ?? "unknown" } ?? "-"
    var notes: [String] = []
    if !isUsed { notes.append("free: left from before") }
    if isUsed, let defect = label.defect(inSlot: slot) {
      switch defect {
      case .slot(let stored): notes.append("not a label: its slot field says \(stored)")
      case .checksum: notes.append("not a label: its checksum is wrong")
      }
    }
    if !label.nameBytes.isEmpty { notes.append("name \(label.name.escapedForTerminal)") }
    if label.flags.contains(.updating) { notes.append("UPDATING") }
    if let type = label.type, type != examination.probe.cookie.labelType {
      notes.append("type \(NamespaceType(guid: type)?.rawValue ?? type.lowercased)")
    }
    return LabelRow(
      columns: ["\(slot)", label.uuid.lowercased, label.dpa.hex, "\(ByteCount(label.rawSize))", mode],
      note: notes.isEmpty ? nil : notes.joined(separator: ", "))
  }

  /// The findings, and what Linux makes of them.
  var verification: String {
    var lines = examination.findings.listing
    lines.append("")
    if let usage = examination.usage, !examination.isOfCXLDevice { lines.append(usage) }
    lines.append("Linux \(examination.linux), \(examination.boot.rawValue): \(examination.outcome)")
    lines += examination.verdicts.map { "  slot \($0.slot): \($0.word)" + ($0.rule.map { " (\($0))" } ?? "") }
    return "\n\n" + lines.joined(separator: "\n")
  }
}
