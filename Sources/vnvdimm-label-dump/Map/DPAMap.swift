import CommandSupport
import PersistentMemory

/// What each address of a DIMM belongs to, by its labels. All numbers are in bytes of the DIMM's address space.
struct DPAMap {
  /// What a label claims.
  struct Claim {
    /// Its sign in pictures.
    let letter: Character
    let label: NamespaceLabel
    let verdict: LabelVerdict

    var isShown: Bool { verdict == .shown }
    var slot: Int { Int(label.slot) }
    var size: UInt64 { label.rawSize }

    /// The mode that a label of version 1.2 names; empty where none is.
    var mode: String {
      label.abstraction.map { NamespaceAbstraction(guid: $0).map { $0 == .none ? "raw" : $0.rawValue } ?? "unknown" }
        ?? ""
    }
  }

  /// Addresses that belong together, and the number of the claim to them; nil where they are free.
  struct Segment: Equatable {
    let addresses: Range<UInt64>
    let claim: Int?
  }

  let claims: [Claim]
  /// The region from end to end, ascending, without a gap.
  let segments: [Segment]
  /// What is drawn: R, or what the labels reach to where the file is nothing but a label area.
  let size: UInt64

  init(_ examination: Examination) {
    let verdicts = Dictionary(uniqueKeysWithValues: examination.verdicts.map { ($0.slot, $0.verdict) })
    let labels = examination.area.validLabels.filter { $0.extent != nil }.sorted { $0.dpa < $1.dpa }
    claims = labels.enumerated().map { number, label in
      Claim(letter: Self.letter(number), label: label, verdict: verdicts[Int(label.slot)] ?? .withheld)
    }
    size = examination.source.regionSize ?? claims.compactMap(\.label.extent?.upperBound).max() ?? 0
    segments = Self.segments(claims, upTo: size)
  }

  /// A sign for each of the first labels, and one for all that follow.
  private static func letter(_ number: Int) -> Character {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    return number < letters.count ? letters[number] : "*"
  }

  /// Where claims overlap, one that Linux shows comes before one that it does not, and else the first.
  private static func segments(_ claims: [Claim], upTo size: UInt64) -> [Segment] {
    let extents = claims.map { $0.label.extent.map { $0.clamped(to: 0..<size) } ?? 0..<0 }
    let bounds = Set(extents.flatMap { [$0.lowerBound, $0.upperBound] } + [0, size]).sorted()
    let order = claims.indices.sorted { (claims[$0].isShown ? 0 : 1, $0) < (claims[$1].isShown ? 0 : 1, $1) }
    var segments: [Segment] = []
    for (lower, upper) in zip(bounds, bounds.dropFirst()) {
      let claim = order.first { extents[$0].contains(lower) }
      if let last = segments.last, last.claim == claim {
        segments[segments.count - 1] = Segment(addresses: last.addresses.lowerBound..<upper, claim: claim)
      } else {
        segments.append(Segment(addresses: lower..<upper, claim: claim))
      }
    }
    return segments
  }

  /// Bytes that no label claims.
  var free: UInt64 {
    segments.reduce(0) { $0 + ($1.claim == nil ? UInt64($1.addresses.count) : 0) }
  }

  /// What each of `count` columns of equal size shows: that which most of it belongs to; but each claim is somewhere.
  func columns(_ count: Int) -> [Int?] {
    guard size > 0 else { return [] }
    func column(of address: UInt64) -> Int {
      let (high, low) = address.multipliedFullWidth(by: UInt64(count))
      return Int(size.dividingFullWidth((high, low)).quotient)
    }
    var columns = [(claim: Int?, bytes: UInt64)](repeating: (nil, 0), count: count)
    for segment in segments {
      var lower = segment.addresses.lowerBound
      while lower < segment.addresses.upperBound {
        let number = column(of: lower)
        let upper = min(segment.addresses.upperBound, start(ofColumn: number + 1, of: count))
        if upper - lower > columns[number].bytes { columns[number] = (segment.claim, upper - lower) }
        lower = max(upper, lower + 1)
      }
    }
    var answer = columns.map(\.claim)
    for segment in segments where segment.claim != nil && !answer.contains(segment.claim) {
      answer[column(of: segment.addresses.lowerBound)] = segment.claim
    }
    return answer
  }

  /// The first address of column `number`.
  private func start(ofColumn number: Int, of count: Int) -> UInt64 {
    let (high, low) = size.multipliedFullWidth(by: UInt64(number))
    let (quotient, remainder) = UInt64(count).dividingFullWidth((high, low))
    return quotient + (remainder > 0 ? 1 : 0)
  }
}

extension NamespaceLabel {
  /// The addresses that the label claims; nil where there are none, or some beyond 64 bits.
  fileprivate var extent: Range<UInt64>? {
    let (end, wraps) = dpa.addingReportingOverflow(rawSize)
    return rawSize > 0 && !wraps ? dpa..<end : nil
  }
}
