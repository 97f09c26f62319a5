/// `bench.json`: the numbers of the table and every single measurement.
extension BenchTable: Encodable {
  private enum CodingKeys: String, CodingKey { case format, host, comparisons, facts }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(1, forKey: .format)
    try container.encode(host, forKey: .host)
    try container.encode(comparisons, forKey: .comparisons)
    try container.encode(
      Dictionary(facts.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }), forKey: .facts)
  }
}

extension Comparison: Encodable {
  private struct Side: Encodable {
    let name: String
    let median: Double?
    let spread: Double
    let values: [Double]

    init(_ side: (name: String, series: Series)) {
      name = side.name
      median = side.series.values.isEmpty ? nil : side.series.median
      spread = side.series.spread
      values = side.series.values
    }
  }

  private enum CodingKeys: String, CodingKey { case chapter, work, unit, ours, peer, ratio, budget, verdict }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(chapter, forKey: .chapter)
    try container.encode(work, forKey: .work)
    try container.encode(unit, forKey: .unit)
    try container.encode(Side(ours), forKey: .ours)
    try container.encode(Side(peer), forKey: .peer)
    if ratio.isFinite { try container.encode(ratio, forKey: .ratio) }
    try container.encodeIfPresent(budget, forKey: .budget)
    try container.encode(verdict, forKey: .verdict)
  }
}
