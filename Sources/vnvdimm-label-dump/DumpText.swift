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

  /// The place of the area, its index blocks, and its labels.
  var area: String {
    var lines = [
      "label area  \(ByteCount(UInt64(source.location.size))) at \(source.location.offset.hex) of \(source.path.escapedForTerminal)"
    ]
    if let region = source.regionSize { lines.append("region      \(ByteCount(region).precise)") }
    lines.append(
      examination.isOfCXLDevice
        ? "device      CXL, " + serialNumber + "with labels as Linux writes them"
        : "DIMM slot   \(examination.slot), \(examination.slotOrigin)")
    if let condition = examination.condition.value { lines.append("condition   \(condition.summary)") }
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
    let mode = label.abstraction.map { NamespaceAbstraction(guid: $0)?.mode.rawValue ?? "unknown" } ?? "-"
    var notes: [String] = []
    if !isUsed { notes.append("free: left from before") }
    if isUsed, let defect = label.defect(inSlot: slot) {
      switch defect {
      case .slot(let stored): notes.append("not a label: its slot field says \(stored)")
      case .checksum: notes.append("not a label: its checksum is wrong")
      }
    }
    if label.abstraction == NamespaceAbstraction.btt.guid { notes.append("BTT 1.1") }
    if !label.nameBytes.isEmpty { notes.append("name \(label.name.escapedForTerminal)") }
    if label.flags.contains(.updating) { notes.append("UPDATING") }
    if let type = label.type, type != examination.probe.cookie.labelType {
      notes.append("type \(NamespaceType(guid: type)?.rawValue ?? type.lowercased)")
    }
    return LabelRow(
      columns: ["\(slot)", label.uuid.lowercased, label.dpa.hex, "\(ByteCount(label.rawSize))", mode],
      note: notes.isEmpty ? nil : notes.joined(separator: ", "))
  }

  /// The findings, and the way in which Linux treats them.
  var verification: String {
    var lines = examination.findings.listing
    lines.append("")
    if let usage = examination.usage, !examination.isOfCXLDevice { lines.append(usage) }
    lines.append("Linux \(examination.linux), \(examination.boot.rawValue): \(examination.outcome)")
    lines += examination.verdicts.map { "  slot \($0.slot): \($0.word)" + ($0.rule.map { " (\($0))" } ?? "") }
    return "\n\n" + lines.joined(separator: "\n")
  }
}

extension [Finding] {
  /// All findings for people, with the place and the remedy of each.
  var listing: [String] {
    var lines: [String] = []
    if allSatisfy({ $0.severity == .note }) { lines.append("nothing wrong found") }
    for finding in self {
      lines.append(finding.description + (finding.offset.map { " at \($0.hex)" } ?? ""))
      if let hint = finding.hintLine { lines.append("  \(hint)") }
    }
    return lines
  }

  /// The numbers of errors and warnings that `listing` would print; empty if there are none.
  var summary: String {
    let worse = filter { $0.severity > .note }
    guard !worse.isEmpty else { return "" }
    let errors = worse.count { $0.severity == .error }
    return "\n\nerrors: \(errors), warnings: \(worse.count - errors); --verify lists them"
  }
}

/// Rows in columns as wide as necessary, each with an optional line of its own below it.
struct TextTable {
  let lines: [String]

  init(_ titles: [String], _ rows: [[String]], notes: [String?] = []) {
    let widths = titles.indices.map { column in ([titles] + rows).map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      var text = zip(cells, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
      while text.utf8.last == UInt8(ascii: " ") { text.removeLast() }
      return text
    }
    var lines = [line(titles)]
    for (number, row) in rows.enumerated() {
      lines.append(line(row))
      if number < notes.count, let note = notes[number] {
        lines.append(String(repeating: " ", count: widths[0] + 2) + note)
      }
    }
    self.lines = lines
  }
}

/// The two index blocks of an area as a table.
struct IndexTable {
  let lines: [String]

  init(_ area: LabelArea) {
    lines =
      TextTable(["index", "at", "version", "seq", "slots", "used", "state"], (0...1).map { Self.row($0, of: area) })
      .lines
  }

  private static func row(_ number: Int, of area: LabelArea) -> [String] {
    let index = area.indexes.blocks[number]
    let state =
      if number == area.indexes.currentNumber {
        "current"
      } else if let defect = area.indexes.defects[number] { "invalid (\(defect.check.rawValue))" } else { "previous" }
    let readable = index.hasSignature
    return [
      "\(number)", UInt64(area.geometry.indexOffset(number)).hex,
      readable ? "\(index.major).\(index.minor)" : "-", readable ? "\(index.sequence.value)" : "-",
      readable ? "\(index[IndexBlock.Fields.slotCount])" : "-",
      area.indexes.defects[number] == nil ? "\(index.slotCount - index.freeCount)" : "-", state,
    ]
  }
}
