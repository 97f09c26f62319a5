import Basics
import CommandSupport
import PersistentMemory

/// The picture of `--map`, as wide as the terminal.
struct MapText {
  private let examination: Examination
  private let map: BackendMap
  private let paint: TerminalPaint
  /// The width of a bar in columns.
  private let width: Int

  init(_ examination: Examination, paint: TerminalPaint) {
    self.examination = examination
    self.paint = paint
    map = BackendMap(examination)
    width = min(max(paint.width - 16, 16), 192)
  }

  var text: String { (file + [""] + labelArea).joined(separator: "\n") }

  // MARK: The file

  private var file: [String] {
    guard map.size > 0 else { return ["no addresses: neither a region nor a label is known"] }
    let scale = ByteCount(max(1, map.size / UInt64(width))).rounded
    let end = map.size.hex
    let title =
      examination.use == nil
      ? "DPA 0x0 to \(end) (\(ByteCount(map.size)))"
      : "guest size \(ByteCount(map.regionSize)) by the labels, backend \(ByteCount(map.size))"
    return [
      "\(title); a column is about \(scale)", "",
      "  " + bar,
      "  0x0" + String(repeating: " ", count: max(1, width - 3 - end.count)) + end, "",
    ]
      + TextTable(["", "at", "size", "mode", "slot", "namespace"], rows, notes: map.claims.map(Self.note)).lines.map {
        "  " + $0
      }
  }

  /// The bar; neighbouring columns of one owner are painted at once.
  private var bar: String {
    let errors = map.columnsWithErrors(width)
    return map.columns(width).enumerated().reduce(into: [(owner: BackendMap.Owner, text: String)]()) { runs, column in
      let sign = errors.contains(column.offset) ? Self.errorSign : sign(column.element)
      if runs.last?.owner == column.element {
        runs[runs.count - 1].text += sign
      } else {
        runs.append((column.element, sign))
      }
    }.map { paint.cell($0.text, of: $0.owner, in: map) }.joined()
  }

  private func sign(_ owner: BackendMap.Owner) -> String {
    switch owner {
    case .claim(let number): String(map.claims[number].letter)
    case .free: "."
    case .gap: "-"
    case .labelArea: "="
    case .tail: "~"
    case .labelsExpected: "?"
    }
  }

  private var rows: [[String]] {
    let claims = map.claims.map { claim in
      [
        String(claim.letter), claim.namespace.dpa.hex, "\(ByteCount(claim.size))",
        claim.mode.isEmpty ? "-" : claim.mode, "\(claim.slot)", claim.name.escapedForTerminal,
      ]
    }
    let layout = map.segments.compactMap { segment -> [String]? in
      switch segment.owner {
      case .claim, .free: nil
      case .gap, .labelArea, .tail, .labelsExpected: row(of: segment.owner, at: segment.addresses.lowerBound.hex)
      }
    }
    return claims + [row(of: .free, at: "")] + layout + errorRows
  }

  private static let errorSign = "!"
  private static let listedErrors = 8

  /// The rows for media errors, limited because a guest can make thousands of them.
  private var errorRows: [[String]] {
    let rest = map.errors.count - Self.listedErrors
    return map.errors.prefix(Self.listedErrors).map { range in
      let size = ByteCount(range.upperBound - range.lowerBound)
      return [Self.errorSign, range.lowerBound.hex, "\(size)", "", "", "media errors: cannot be read"]
    } + (rest > 0 ? [[Self.errorSign, "", "", "", "", "and \(rest) more"]] : [])
  }

  private func row(of owner: BackendMap.Owner, at place: String) -> [String] {
    [sign(owner), place, "\(ByteCount(map.size(of: owner)))", "", "", map.name(of: owner)]
  }

  /// Returns the reason why Linux does not show the namespace.
  private static func note(on claim: BackendMap.Claim) -> String? {
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
    let slots = SlotMap(area, columns: width)
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
    case .used: "#"
    case .partlyUsed: "+"
    case .leftOver: "o"
    case .free: "."
    }
  }
}

extension ByteCount {
  /// The size rounded to three digits, for a scale.
  fileprivate var rounded: String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    let power = min(bytes > 0 ? (63 - bytes.leadingZeroBitCount) / 10 : 0, units.count - 1)
    let tenths = power == 0 ? bytes * 10 : ((bytes >> UInt64(10 * (power - 1))) * 10) >> 10
    return (tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)") + " \(units[power])"
  }
}

extension TerminalPaint {
  /// Returns `text` in the colour of `owner`: alternating for namespaces, red for what the guest does not see, plain
  /// for the rest.
  fileprivate func cell(_ text: String, of owner: BackendMap.Owner, in map: BackendMap) -> String {
    switch owner {
    case .claim(let number): cell(text, number, isShown: map.claims[number].isShown)
    case .labelsExpected: cell(text, 0, isShown: false)
    case .free, .gap, .labelArea, .tail: text
    }
  }
}
