import Foundation

/// A chart of the ratios as bars, from a hundredth of the peer to a hundred times the peer, with the budget as a line
/// across the bar.
struct RatioChart {
  private let rows: [Comparison]

  private static let label = 420.0
  private static let width = 480.0
  private static let height = 22.0
  private static let decades = -2.0...2.0

  init(_ comparisons: [Comparison]) { rows = comparisons.filter { $0.ratio.isFinite && $0.ratio > 0 } }

  var svg: String {
    let bottom = Double(rows.count + 1) * Self.height
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" font-family=\"sans-serif\" font-size=\"12\" "
        + "width=\"\(Int(Self.label + Self.width + 80))\" height=\"\(Int(bottom + 30))\">",
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
    ]
    for decade in stride(from: Self.decades.lowerBound, through: Self.decades.upperBound, by: 1) {
      let x = place(pow(10, decade))
      parts.append(line(x, 10, bottom, decade == 0 ? "#333" : "#ddd"))
      parts.append(text(x, bottom + 16, pow(10, decade).formatted, anchor: "middle"))
    }
    parts.append(
      text(Self.label - 10, bottom + 16, "ours / peer: green keeps the budget (its line), red misses it", anchor: "end")
    )
    for (index, row) in rows.enumerated() {
      let y = Double(index) * Self.height + 12
      let (from, to) = (min(place(row.ratio), place(1)), max(place(row.ratio), place(1)))
      let colour = row.verdict == .missed ? "#c33" : row.verdict == .kept ? "#393" : "#69c"
      parts.append(text(Self.label - 10, y + 12, "\(row.work) / \(row.peer.name)", anchor: "end"))
      parts.append(
        "<rect x=\"\(from.short)\" y=\"\(y)\" width=\"\(max(1, to - from).short)\" height=\"16\" fill=\"\(colour)\"/>")
      if let budget = row.budget { parts.append(line(place(budget), y - 2, y + 18, "#000")) }
      parts.append(text(Self.label + Self.width + 10, y + 12, row.ratio.short, anchor: "start"))
    }
    return (parts + ["</svg>", ""]).joined(separator: "\n")
  }

  private func place(_ ratio: Double) -> Double {
    let decade = min(max(log10(ratio), Self.decades.lowerBound), Self.decades.upperBound)
    return Self.label + (decade - Self.decades.lowerBound) / 4 * Self.width
  }

  private func line(_ x: Double, _ top: Double, _ bottom: Double, _ colour: String) -> String {
    "<line x1=\"\(x.short)\" x2=\"\(x.short)\" y1=\"\(top)\" y2=\"\(bottom)\" stroke=\"\(colour)\"/>"
  }

  private func text(_ x: Double, _ y: Double, _ text: String, anchor: String) -> String {
    let escaped = text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
    return "<text x=\"\(x.short)\" y=\"\(y)\" text-anchor=\"\(anchor)\">\(escaped)</text>"
  }
}

extension Double {
  fileprivate var formatted: String { self < 1 ? "1/\(Int((1 / self).rounded()))" : "\(Int(self))" }
}
