/// One line of the table: a piece of work, done by us and by a peer, and what we promise of it.
struct Comparison {
  enum Unit: String, Encodable {
    case nanoseconds, bytes, exits
  }

  /// The table in which it stands.
  let chapter: Chapter
  let work: String
  let unit: Unit
  let ours: (name: String, series: Series)
  let peer: (name: String, series: Series)
  /// The most that ours may be of the peer's; nil where nothing is promised.
  let budget: Double?

  enum Chapter: String, CaseIterable, Encodable {
    case host = "On the host (wall time)"
    case guest = "Guests, in the lab"
  }

  /// Ours as a multiple of the peer's.
  var ratio: Double { ours.series.median / peer.series.median }

  /// A timing whose own scatter is larger cannot tell a miss from a draw.
  private var tolerance: Double {
    guard chapter == .host, unit == .nanoseconds else { return 1 }
    return 1 + min(0.1, max(ours.series.spread, peer.series.spread))
  }

  enum Verdict: String, Encodable {
    case kept, missed
    case none = "no budget"
    /// It was to be measured, and one side gave no number.
    case unmeasured = "not measured"
  }

  var verdict: Verdict {
    if ours.series.values.isEmpty || peer.series.values.isEmpty { return .unmeasured }
    guard let budget else { return .none }
    // Neither did it at all: nothing is more than nothing.
    if ours.series.median == 0 { return .kept }
    return ratio <= budget * tolerance ? .kept : .missed
  }
}
