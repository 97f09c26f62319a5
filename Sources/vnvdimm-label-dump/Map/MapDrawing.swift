import Basics
import CommandSupport
import PersistentMemory

/// The picture of `--svg`: the file to scale, and the label area with its slots.
///
/// It uses the colours of a dark page if the reader prefers those. What the guest does not see is hatched, so that no
/// information depends on colour alone. Source: W3C Scalable Vector Graphics 1.1; Media Queries 5,
/// `prefers-color-scheme`. Colours: Okabe and Ito, "Color Universal Design".
struct MapDrawing {
  private static let width = 760.0
  private static let margin = 20.0
  private static let colours = ["#56b4e9", "#e69f00", "#009e73", "#f0e442", "#cc79a7", "#0072b2"]
  /// The colour of free space in the region.
  private static let free = "#dddddd"
  private static let labels = "#888888"
  private static let unreadable = "#000000"
  private static let hidden = "url(#hidden)"
  private static let outside = "url(#outside)"

  private let examination: Examination
  private let map: BackendMap

  init(_ examination: Examination) {
    self.examination = examination
    map = BackendMap(examination)
  }

  /// Returns whether a picture of this kind begins with `head`.
  @Sendable static func begins(_ head: [UInt8]) -> Bool {
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\n", maxSplits: 2)
    return lines.count > 1 && lines[0].hasPrefix(start) && lines[0].hasSuffix(font) && lines[1] == background
  }

  private static let start = #"<svg xmlns="http://www.w3.org/2000/svg" width="800" height=""#
  private static let font = #"font-family="sans-serif" font-size="12">"#
  private static let background = #"<rect width="100%" height="100%" fill="white"/>"#
  private static let definitions = """
    <style>
    text { fill: #222222 } .in { fill: #000000 }
    @media (prefers-color-scheme: dark) { rect[width="100%"] { fill: #1c1f24 } text { fill: #e8e8e8 } .in { fill: #000000 } }
    </style>
    <defs>
    <pattern id="hidden" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect width="8" height="8" fill="#ffffff"/><rect width="4" height="8" fill="#d55e00"/>
    </pattern>
    <pattern id="outside" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
    <rect width="8" height="8" fill="#ffffff"/><rect width="2" height="8" fill="#888888"/>
    </pattern>
    </defs>
    """

  var text: String {
    let bottom = 190.0 + Double(legendEntries.count) * 20
    let body = [fileBar, errorMarks, fileScale, slotBar, legend].flatMap(\.self)
    return """
      \(Self.start)\(Int(bottom))" viewBox="0 0 800 \(Int(bottom))" \(Self.font)
      \(Self.background)
      \(Self.definitions)
      \(body.joined(separator: "\n"))
      </svg>

      """
  }

  private func position(_ address: UInt64) -> Double {
    Self.margin + (map.size == 0 ? 0 : Double(address) / Double(map.size) * Self.width)
  }

  private func fill(_ owner: BackendMap.Owner) -> String {
    switch owner {
    case .claim(let number) where map.claims[number].isShown: Self.colours[number % Self.colours.count]
    case .claim, .labelsExpected: Self.hidden
    case .free: Self.free
    case .labelArea: Self.labels
    case .gap, .tail: Self.outside
    }
  }

  // MARK: The file

  private var fileBar: [String] {
    map.segments.flatMap { segment in
      let start = position(segment.addresses.lowerBound)
      // Even the smallest part must be visible.
      let width = max(position(segment.addresses.upperBound) - start, segment.owner == .free ? 0 : 2)
      let title = summary(of: segment)
      // A name that does not fit into its bar is only in the legend.
      let name = segment.owner == .free ? "free" : segment.owner == .labelArea ? "labels" : self.name(in: segment)
      let caption =
        Double(name.count) * 7 + 8 > width ? [] : [label(start + width / 2, 69, name, anchor: "middle", class: "in")]
      return [rectangle(start, 40, width, 50, fill(segment.owner), title: title)] + caption
    }
  }

  /// Returns the name of a namespace that the guest sees; text on the hatching of the others would be unreadable.
  private func name(in segment: BackendMap.Segment) -> String {
    guard case .claim(let number) = segment.owner, map.claims[number].isShown else { return " " }
    return map.claims[number].name
  }

  /// Marks above the bar, so that the part with the errors stays visible.
  private var errorMarks: [String] {
    map.errors.map { range in
      let start = position(range.lowerBound)
      let title = "media errors: \(ByteCount(range.upperBound - range.lowerBound)) at \(range.lowerBound.hex)"
      return rectangle(start, 80, max(position(range.upperBound) - start, 2), 10, Self.unreadable, title: title)
    }
  }

  private var fileScale: [String] {
    let free = "\(ByteCount(map.size(of: .free))) \(map.name(of: .free))"
    let title =
      examination.use == nil
      ? "DPA: \(ByteCount(map.size)), \(free)"
      : "\(ByteCount(map.regionSize)) for the guest by the labels, \(free), backend \(ByteCount(map.size))"
    return [
      label(Self.margin, 30, title), label(Self.margin, 106, "0x0"),
      label(Self.margin + Self.width, 106, map.size.hex, anchor: "end"),
    ]
  }

  private func summary(of segment: BackendMap.Segment) -> String {
    guard case .claim(let number) = segment.owner else {
      let size = ByteCount(segment.addresses.upperBound - segment.addresses.lowerBound)
      return "\(map.name(of: segment.owner)), \(size) at \(segment.addresses.lowerBound.hex)"
    }
    return summary(of: map.claims[number])
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
    case .partlyUsed: "#777777"
    case .leftOver: "#bbbbbb"
    case .free: free
    }
  }

  // MARK: The legend

  /// The claims in order, then the parts of the file that are not namespaces.
  private var legendEntries: [(owner: BackendMap.Owner, text: String)] {
    map.claims.enumerated().map { (.claim($0.offset), summary(of: $0.element)) }
      + map.segments.compactMap { segment in
        switch segment.owner {
        case .claim, .free: nil
        case .gap, .labelArea, .tail, .labelsExpected: (segment.owner, summary(of: segment))
        }
      }
  }

  private var legend: [String] {
    legendEntries.enumerated().flatMap { number, entry in
      let line = 178 + Double(number) * 20
      return [
        rectangle(Self.margin, line, 12, 12, fill(entry.owner), title: nil),
        label(Self.margin + 20, line + 11, entry.text),
      ]
    }
  }

  private func summary(of claim: BackendMap.Claim) -> String {
    let mode = claim.mode.isEmpty ? "" : " (\(claim.mode))"
    let verdict = claim.isShown ? "" : ", \(claim.verdict.word)" + (claim.verdict.rule.map { ": \($0.rawValue)" } ?? "")
    return
      "label slot \(claim.slot): \(claim.name)\(mode), \(ByteCount(claim.size)) at \(claim.namespace.dpa.hex)\(verdict)"
  }

  // MARK: Elements

  private func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ fill: String, title: String?
  ) -> String {
    let frame = "x=\"\(x.tenths)\" y=\"\(y.tenths)\" width=\"\(width.tenths)\" height=\"\(height.tenths)\""
    let content = title.map { "<title>\($0.escapedForXML)</title>" } ?? ""
    return "<rect \(frame) fill=\"\(fill)\" stroke=\"white\" stroke-width=\"0.5\">\(content)</rect>"
  }

  private func label(
    _ x: Double, _ y: Double, _ text: String, anchor: String = "start", class kind: String? = nil
  ) -> String {
    "<text\(kind.map { " class=\"\($0)\"" } ?? "") x=\"\(x.tenths)\" y=\"\(y.tenths)\" text-anchor=\"\(anchor)\">\(text.escapedForXML)</text>"
  }
}

extension Double {
  /// The number with at most one decimal, in any locale.
  fileprivate var tenths: String {
    let tenths = Int((self * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
  }
}

extension String {
  /// The text as XML content; it must be escaped because names come from a guest.
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
