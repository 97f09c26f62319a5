import Basics
import CommandSupport
import PersistentMemory

/// The picture of `--map` for a terminal of 80 columns.
struct MapText {
  private static let width = 64

  private let examination: Examination
  private let map: DPAMap
  private let paint: TerminalPaint

  init(_ examination: Examination, paint: TerminalPaint) {
    self.examination = examination
    self.paint = paint
    map = DPAMap(examination)
  }

  var text: String { (region + [""] + labelArea).joined(separator: "\n") }

  // MARK: The DIMM's addresses

  private var region: [String] {
    guard map.size > 0 else { return ["no addresses: no region is at hand, and no label"] }
    let scale = ByteCount(max(1, map.size / UInt64(Self.width))).rounded
    let end = map.size.hex
    return [
      "DPA 0x0 to \(end) (\(ByteCount(map.size))), a column is about \(scale)", "", "  " + bar,
      "  0x0" + String(repeating: " ", count: max(1, Self.width - 3 - end.count)) + end, "",
    ]
      + TextTable(["", "dpa", "size", "mode", "slot", "namespace"], rows, notes: map.claims.map(Self.note)).lines.map {
        "  " + $0
      }
  }

  private var bar: String {
    map.columns(Self.width).map { claim in
      claim.map { paint.cell(String(map.claims[$0].letter), $0, isShown: map.claims[$0].isShown) } ?? "."
    }.joined()
  }

  private var rows: [[String]] {
    var rows = map.claims.map { claim in
      [
        String(claim.letter), claim.namespace.dpa.hex, "\(ByteCount(claim.size))",
        claim.mode.isEmpty ? "-" : claim.mode,
        "\(claim.slot)", claim.name.escapedForTerminal,
      ]
    }
    rows.append([".", "", "\(ByteCount(map.free))", "", "", map.freeName])
    let geometry = examination.source
    if let region = geometry.regionSize, geometry.location.offset > region {
      rows.append([
        "", region.hex, "\(ByteCount(geometry.location.offset - region))", "", "", "gap: reachable by nobody",
      ])
    }
    return rows
  }

  /// Why Linux does not show it.
  private static func note(on claim: DPAMap.Claim) -> String? {
    guard !claim.isShown else { return nil }
    return claim.verdict.word + (claim.verdict.rule.map { ": \($0.rawValue)" } ?? "")
  }

  // MARK: The label area

  private var labelArea: [String] {
    let area = examination.area
    let states = (0...1).map { number in
      let state =
        area.indexes.currentNumber == number ? "current" : area.indexes.defects[number] == nil ? "previous" : "invalid"
      return "index \(number) \(state)"
    }
    let slots = SlotMap(area, columns: Self.width)
    let each = slots.slotsPerColumn == 1 ? "a slot" : "\(slots.slotsPerColumn) slots"
    let size = ByteCount(UInt64(examination.source.location.size))
    return [
      "label area \(size) at \(examination.source.location.offset.hex): \(states.joined(separator: ", "))", "",
      "  " + slots.columns.map(sign).joined(), "",
      "  \(slots.used) of \(slots.slots) slots used, \(each) a column: # used, + partly, o left over, . free",
    ]
  }

  private func sign(_ column: SlotMap.Column) -> String {
    switch column {
    case .used: paint.cell("#", 0, isShown: true)
    case .partlyUsed: paint.cell("+", 0, isShown: true)
    case .leftOver: "o"
    case .free: "."
    }
  }
}

extension ByteCount {
  /// To three digits, for a scale.
  fileprivate var rounded: String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    let power = min(bytes > 0 ? (63 - bytes.leadingZeroBitCount) / 10 : 0, units.count - 1)
    let tenths = power == 0 ? bytes * 10 : ((bytes >> UInt64(10 * (power - 1))) * 10) >> 10
    return (tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)") + " \(units[power])"
  }
}
