import Foundation

/// All results of one run.
struct BenchTable {
  var comparisons: [Comparison] = []
  /// Facts other than comparisons: the installed programs and their sizes.
  var facts: [(name: String, value: String)] = []
  let host: String

  var text: String {
    var lines = [host, ""]
    let width = (comparisons.map(\.work.count).max() ?? 0) + 4
    for chapter in Comparison.Chapter.allCases {
      let rows = comparisons.filter { $0.chapter == chapter }
      guard !rows.isEmpty else { continue }
      lines.append(
        "\(chapter.rawValue)".column(width) + "ours".column(17) + "peer".column(17) + "peer is".column(16)
          + "ratio".column(9) + "budget")
      lines += rows.map { $0.line(width) } + [""]
    }
    for fact in facts { lines.append("\(fact.name.column(width))\(fact.value)") }
    let missed = comparisons.count { $0.verdict == .missed }
    lines.append(missed == 0 ? "no budget missed" : "budgets missed: \(missed)")
    if !isWhole { lines.append("not measured: \(comparisons.count { $0.verdict == .unmeasured })") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Whether everything was measured that should have been.
  var isWhole: Bool { comparisons.allSatisfy { $0.verdict != .unmeasured } }

  /// Writes bench.txt, bench.json and bench.svg into `folder`.
  func write(into folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: folder.appendingPathComponent("bench.txt"))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try encoder.encode(self).write(to: folder.appendingPathComponent("bench.json"))
    try Data(RatioChart(comparisons).svg.utf8).write(to: folder.appendingPathComponent("bench.svg"))
  }
}

extension Comparison {
  fileprivate func line(_ width: Int) -> String {
    let promise = budget.map { "\($0.short)\(verdict == .missed ? "  MISSED" : "")" } ?? "-"
    return "  \(work)".column(width) + text(ours.series).column(17) + text(peer.series).column(17)
      + peer.name.column(16) + ratio.short.column(9) + promise
  }

  /// Returns the median with its unit, and the spread.
  private func text(_ series: Series) -> String {
    guard !series.values.isEmpty else { return "not measured" }
    let value = series.median
    let number =
      switch unit {
      case .nanoseconds: value >= 1e9 ? "\((value / 1e9).short) s" : "\((value / 1e6).short) ms"
      case .bytes: "\((value / 1_048_576).short) MiB"
      case .exits: "\(Int(value))"
      }
    return "\(number) ±\(Int((series.spread * 100).rounded())) %"
  }
}

extension Double {
  /// The number with three significant digits.
  var short: String {
    guard isFinite else { return "-" }
    return String(format: magnitude >= 100 ? "%.0f" : magnitude >= 10 ? "%.1f" : magnitude >= 1 ? "%.2f" : "%.3f", self)
  }
}

extension String {
  fileprivate func column(_ width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}
