import FoundationEssentials
import PersistentMemory

/// The most valuable subset of labels that cannot all stay: no two with the same uuid, no two that overlap.
///
/// For each choice of one label per uuid, this is weighted interval scheduling, which has an exact solution. If there
/// are too many such choices, the most valuable label stands for its uuid, and what then still fits is added.
struct LabelSelection {
  let kept: [SurvivingLabel]

  /// The limit for labels times choices: a hostile area can have a thousand labels with the same uuid.
  private static let limit = 1 << 18

  init(from labels: [SurvivingLabel]) {
    let groups = Dictionary(grouping: labels, by: \.label.uuid)
    let unique = groups.values.filter { $0.count == 1 }.flatMap(\.self)
    let twins = groups.values.filter { $0.count > 1 }.map { $0.sorted(by: Self.isBetter) }
      .sorted { $0[0].slot < $1[0].slot }
    var best = Self.scheduled(unique + twins.map { $0[0] })
    var bestWorth = Self.worth(of: best)
    for choice in Self.choices(twins.map(\.count), limit: Self.limit / max(labels.count, 1)).dropFirst() {
      let scheduled = Self.scheduled(unique + zip(twins, choice).map { $0[$1] })
      let worth = Self.worth(of: scheduled)
      if worth > bestWorth { (best, bestWorth) = (scheduled, worth) }
    }
    kept = Self.completed(best, from: labels).sorted { $0.slot < $1.slot }
  }

  /// Returns `kept` plus the other labels that fit, the best first.
  private static func completed(_ kept: [SurvivingLabel], from labels: [SurvivingLabel]) -> [SurvivingLabel] {
    var kept = kept.sorted { $0.range.lowerBound < $1.range.lowerBound }
    var uuids = Set(kept.map(\.label.uuid))
    for label in labels.sorted(by: isBetter) where !uuids.contains(label.label.uuid) {
      let next = kept.partitioningIndex { $0.range.upperBound >= label.range.lowerBound }
      guard next == kept.count || kept[next].range.lowerBound > label.range.upperBound else { continue }
      kept.insert(label, at: next)
      uuids.insert(label.label.uuid)
    }
    return kept
  }

  private static func isBetter(_ left: SurvivingLabel, _ right: SurvivingLabel) -> Bool {
    left.worth == right.worth ? left.slot < right.slot : left.worth > right.worth
  }

  private static func worth(of labels: [SurvivingLabel]) -> SurvivingLabel.Worth {
    labels.reduce(SurvivingLabel.Worth()) { $0 + $1.worth }
  }

  /// Returns every way to take one of each group, the first of all first; only that one if there are more than `limit`.
  private static func choices(_ counts: [Int], limit: Int) -> [[Int]] {
    var choices: [[Int]] = [[]]
    for count in counts {
      guard choices.count * count <= limit else { return [counts.map { _ in 0 }] }
      choices = choices.flatMap { choice in (0..<count).map { choice + [$0] } }
    }
    return choices
  }

  /// Returns the most valuable labels of which no two overlap.
  private static func scheduled(_ labels: [SurvivingLabel]) -> [SurvivingLabel] {
    let sorted = labels.sorted { ($0.range.upperBound, $0.slot) < ($1.range.upperBound, $1.slot) }
    // The best value of the first n labels, and whether the last of them contributes to it.
    var best = [SurvivingLabel.Worth()]
    var isTaken: [Bool] = []
    var compatible: [Int] = []
    for (number, entry) in sorted.enumerated() {
      // The number of earlier labels that end before this one begins.
      let before = sorted[..<number].partitioningIndex { $0.range.upperBound >= entry.range.lowerBound }
      let taking = best[before] + entry.worth
      compatible.append(before)
      isTaken.append(taking > best[number])
      best.append(max(taking, best[number]))
    }
    var kept: [SurvivingLabel] = []
    var count = sorted.count
    while count > 0 {
      guard isTaken[count - 1] else {
        count -= 1
        continue
      }
      kept.append(sorted[count - 1])
      count = compatible[count - 1]
    }
    return kept
  }
}

extension RandomAccessCollection where Index == Int {
  /// Returns the index of the first element for which `belongs` is true, which must then be true for all later
  /// elements; the end index if there is none.
  fileprivate func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
