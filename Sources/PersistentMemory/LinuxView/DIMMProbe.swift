/// The result of the NVDIMM driver's probe of a DIMM.
///
/// Source: Linux 6.1 drivers/nvdimm/dimm.c, `nvdimm_probe`; label.c, `nd_label_reserve_dpa`.
package struct DIMMProbe: Sendable {
  package enum Outcome: Hashable, Sendable {
    case labelled
    /// No valid index: labels play no part.
    case labelless
    /// `nvdimm: probe of nmem0 failed with error -16`
    case refused(ProbeRefusal)
  }

  package let area: LabelArea
  package let outcome: Outcome
  /// The labels that count, in the order of their slots.
  package let labels: [NamespaceLabel]

  package init(_ area: LabelArea) {
    self.area = area
    labels = area.validLabels
    guard area.indexes.current != nil else {
      outcome = .labelless
      return
    }
    outcome = Self.firstRefused(labels).map { .refused($0) } ?? .labelled
  }

  /// The label that the driver's probe fails at: every label must get a range of DIMM addresses for itself.
  private static func firstRefused(_ labels: [NamespaceLabel]) -> ProbeRefusal? {
    let ranges = labels.map(\.reservation)
    let wellFormed = ranges.firstIndex { $0 == nil } ?? ranges.count
    let reserved = ranges[..<wellFormed].compactMap(\.self)
    guard let count = shortestOverlapping(reserved) else {
      guard wellFormed < labels.count else { return nil }
      let label = labels[wellFormed]
      return ProbeRefusal(slot: Int(label.slot), rule: label.rawSize == 0 ? .labelZeroSize : .labelWraps)
    }
    return ProbeRefusal(slot: Int(labels[count - 1].slot), rule: .labelOverlap)
  }

  /// The length of the shortest beginning of `ranges` that overlap each other; nil where none do.
  private static func shortestOverlapping(_ ranges: [ClosedRange<UInt64>]) -> Int? {
    guard overlap(ranges) else { return nil }
    var (disjoint, overlapping) = (0, ranges.count)
    while overlapping - disjoint > 1 {
      let middle = (disjoint + overlapping) / 2
      if overlap(Array(ranges[..<middle])) { overlapping = middle } else { disjoint = middle }
    }
    return overlapping
  }

  private static func overlap(_ ranges: [ClosedRange<UInt64>]) -> Bool {
    let sorted = ranges.sorted { $0.lowerBound < $1.lowerBound }
    return zip(sorted, sorted.dropFirst()).contains { $0.upperBound >= $1.lowerBound }
  }
}

extension NamespaceLabel {
  /// The addresses that Linux reserves for the label; nil where the request fails by itself.
  ///
  /// The kernel computes the last address as `dpa + rawsize - 1` in 64 bits (`__request_region`). A label of no bytes
  /// therefore fails, except at address 0, where it takes all addresses there are, and the next label fails.
  package var reservation: ClosedRange<UInt64>? {
    let last = dpa &+ rawSize &- 1
    return dpa <= last ? dpa...last : nil
  }
}
