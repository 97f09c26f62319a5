import Basics
import CommandSupport
import PersistentMemory

/// The picture of `--svg`: the addresses of the DIMM to scale, and the label area with its slots.
///
/// Source: W3C Scalable Vector Graphics 1.1.
struct MapDrawing {
  private static let width = 760.0
  private static let margin = 20.0
  private static let colours = ["#4c78a8", "#54a24b", "#72b7b2", "#b279a2", "#eeca3b", "#9ecae9"]
  private static let hidden = "#e45756"
  private static let free = "#eeeeee"

  private let examination: Examination
  private let map: DPAMap

  init(_ examination: Examination) {
    self.examination = examination
    map = DPAMap(examination)
  }

  /// Whether `head` is how a picture of this kind begins.
  @Sendable static func begins(_ head: [UInt8]) -> Bool {
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\n", maxSplits: 2)
    return lines.count > 1 && lines[0].hasPrefix(start) && lines[0].hasSuffix(font) && lines[1] == background
  }

  private static let start = #"<svg xmlns="http://www.w3.org/2000/svg" width="800" height=""#
  private static let font = #"font-family="sans-serif" font-size="12">"#
  private static let background = #"<rect width="100%" height="100%" fill="white"/>"#

  var text: String {
    let bottom = 190.0 + Double(map.claims.count + 1) * 20
    let body = [regionBar, regionScale, slotBar, legend].flatMap(\.self)
    return """
      \(Self.start)\(Int(bottom))" viewBox="0 0 800 \(Int(bottom))" \(Self.font)
      \(Self.background)
      \(body.joined(separator: "\n"))
      </svg>

      """
  }

  private func position(_ address: UInt64) -> Double {
    Self.margin + (map.size == 0 ? 0 : Double(address) / Double(map.size) * Self.width)
  }

  private func colour(_ claim: Int) -> String {
    map.claims[claim].isShown ? Self.colours[claim % Self.colours.count] : Self.hidden
  }

  // MARK: The DIMM's addresses

  private var regionBar: [String] {
    map.segments.map { segment in
      let start = position(segment.addresses.lowerBound)
      // However small a namespace is, it is to be seen.
      let width = max(position(segment.addresses.upperBound) - start, segment.claim == nil ? 0 : 2)
      let fill = segment.claim.map(colour) ?? Self.free
      let title =
        segment.claim.map { summary(of: map.claims[$0]) }
        ?? "\(map.freeName): \(ByteCount(segment.addresses.upperBound - segment.addresses.lowerBound)) "
        + "at \(segment.addresses.lowerBound.hex)"
      return rectangle(start, 40, width, 50, fill, title: title)
    }
  }

  private var regionScale: [String] {
    [
      label(Self.margin, 30, "DPA: \(ByteCount(map.size)) for the guest, \(ByteCount(map.free)) \(map.freeName)"),
      label(Self.margin, 106, "0x0"), label(Self.margin + Self.width, 106, map.size.hex, anchor: "end"),
    ]
  }

  // MARK: The label area

  private var slotBar: [String] {
    let slots = SlotMap(examination.area, columns: 190)
    let step = Self.width / Double(max(slots.columns.count, 1))
    let location = examination.source.location
    let current = examination.area.indexes.currentNumber.map { "index \($0) is current" } ?? "no valid index"
    let title =
      "label area: \(ByteCount(UInt64(location.size))) at \(location.offset.hex), \(current), "
      + "\(slots.used) of \(slots.slots) slots used"
    return [label(Self.margin, 134, title)]
      + slots.columns.enumerated().map { number, column in
        rectangle(Self.margin + Double(number) * step, 142, step, 16, Self.fill(column), title: nil)
      }
  }

  private static func fill(_ column: SlotMap.Column) -> String {
    switch column {
    case .used: "#333333"
    case .partlyUsed: "#888888"
    case .leftOver: "#cccccc"
    case .free: free
    }
  }

  // MARK: What the colours mean

  private var legend: [String] {
    map.claims.enumerated().flatMap { number, claim in
      let line = 178 + Double(number) * 20
      return [
        rectangle(Self.margin, line, 12, 12, colour(number), title: nil),
        label(Self.margin + 20, line + 11, summary(of: claim)),
      ]
    }
  }

  private func summary(of claim: DPAMap.Claim) -> String {
    let mode = claim.mode.isEmpty ? "" : " (\(claim.mode))"
    let verdict = claim.isShown ? "" : ", \(claim.verdict.word)" + (claim.verdict.rule.map { ": \($0.rawValue)" } ?? "")
    return "slot \(claim.slot): \(claim.name)\(mode), \(ByteCount(claim.size)) at \(claim.namespace.dpa.hex)\(verdict)"
  }

  // MARK: Elements

  private func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ fill: String, title: String?
  ) -> String {
    let frame = "x=\"\(x.tenths)\" y=\"\(y.tenths)\" width=\"\(width.tenths)\" height=\"\(height.tenths)\""
    let content = title.map { "<title>\($0.escapedForXML)</title>" } ?? ""
    return "<rect \(frame) fill=\"\(fill)\" stroke=\"white\" stroke-width=\"0.5\">\(content)</rect>"
  }

  private func label(_ x: Double, _ y: Double, _ text: String, anchor: String = "start") -> String {
    "<text x=\"\(x.tenths)\" y=\"\(y.tenths)\" text-anchor=\"\(anchor)\">\(text.escapedForXML)</text>"
  }
}

extension Double {
  /// With at most one digit behind the point, whatever the locale.
  fileprivate var tenths: String {
    let tenths = Int((self * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
  }
}

extension String {
  /// The text as XML content: names come from a guest.
  fileprivate var escapedForXML: String {
    escapedForTerminal.map { character in
      switch character {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      default: String(character)
      }
    }.joined()
  }
}
