/// One line of the table: a task done by us and by a peer, and our budget for it.
struct Comparison {
  enum Unit: String, Encodable {
    case nanoseconds, bytes, exits
  }

  /// The table that contains the line.
  let chapter: Chapter
  let work: String
  let unit: Unit
  let ours: (name: String, series: Series)
  let peer: (name: String, series: Series)
  /// The largest permitted ratio of ours to the peer's, or `nil` if there is no budget.
  let budget: Double?

  enum Chapter: String, CaseIterable, Encodable {
    case host = "On the host (wall time)"
    case guest = "Guests, in the lab"
  }

  /// The ratio of our median to the peer's.
  var ratio: Double { ours.series.median / peer.series.median }

  /// If a timing varies by more than this, a miss cannot be told from a draw.
  private var tolerance: Double {
    guard chapter == .host, unit == .nanoseconds else { return 1 }
    return 1 + min(0.1, max(ours.series.spread, peer.series.spread))
  }

  enum Verdict: String, Encodable {
    case kept, missed
    case none = "no budget"
    /// The measurement was due, but one side gave no number.
    case unmeasured = "not measured"
  }

  var verdict: Verdict {
    if ours.series.values.isEmpty || peer.series.values.isEmpty { return .unmeasured }
    guard let budget else { return .none }
    // Neither side did any of it, which keeps every budget.
    if ours.series.median == 0 { return .kept }
    return ratio <= budget * tolerance ? .kept : .missed
  }
}
