import CommandSupport
import LabelChange
import PersistentMemory

/// What each byte of a backend belongs to: the namespaces that the labels claim, and around them the layout. Offsets are
/// in bytes from the start of the file, where DPA 0 lies.
struct BackendMap {
  /// What a label claims.
  struct Claim {
    /// Its sign in pictures.
    let letter: Character
    /// The label slot in which it is.
    let slot: Int
    /// The namespace of the label; of a damaged one, as far as a repair knows it.
    let namespace: NamespaceIdentity
    /// The mode that a label of version 1.2 names; empty where none is.
    let mode: String
    let verdict: LabelVerdict

    var isShown: Bool { verdict == .shown }
    var size: UInt64 { namespace.size }
    /// What people call it.
    var name: String { namespace.name.isEmpty ? namespace.uuid?.lowercased ?? "" : namespace.name }

    /// The addresses that the label claims; nil where there are none, or some beyond 64 bits.
    var extent: Range<UInt64>? {
      namespace.size > 0 ? namespace.end.map { namespace.dpa..<$0 } : nil
    }
  }

  /// What a stretch of the file is.
  enum Owner: Hashable {
    /// The namespace of the claim with this number.
    case claim(Int)
    /// A part of the region that no label claims.
    case free
    /// Between the region and the label area.
    case gap
    case labelArea
    /// Behind the label area.
    case tail
    /// Where the guest looks for labels, as the backend is mapped, and finds none.
    case labelsExpected
  }

  /// Bytes that belong together.
  struct Segment: Equatable {
    let addresses: Range<UInt64>
    let owner: Owner
  }

  let claims: [Claim]
  /// The file from end to end, ascending, without a hole between them.
  let segments: [Segment]
  /// What is drawn: the file size, or what the labels reach to where the file is nothing but a label area.
  let size: UInt64
  /// The guest size that the place of the labels gives; all of what is drawn where there is nothing but a label area.
  let regionSize: UInt64

  /// The slots of damaged labels of which nobody can tell where their namespaces lie: what looks free may be theirs.
  let unplaced: [Int]
  /// Addresses that cannot be read.
  let errors: [Range<UInt64>]

  init(_ examination: Examination) {
    let verdicts = Dictionary(
      uniqueKeysWithValues: (examination.probe.verdicts.first ?? []).map { ($0.slot, $0.verdict) })
    let area = examination.area
    let labels = area.usedSlots.compactMap { slot in
      area.label(in: slot).flatMap { $0.isZero ? nil : (slot: slot, label: $0) }
    }
    let damaged = labels.contains { $0.label.defect(inSlot: $0.slot) != nil }
    let known = damaged ? Self.knownNamespaces(of: area, examination.dimm) : [:]
    let limit = examination.source.regionSize ?? .max
    let found = labels.map { slot, label in
      Claim(
        letter: " ", slot: slot, namespace: known[slot] ?? NamespaceIdentity(label), mode: Self.mode(of: label),
        verdict: verdicts[slot] ?? .withheld)
    }
    let unplaced = found.filter { claim in
      area.label(in: claim.slot)?.defect(inSlot: claim.slot) != nil
        && (claim.extent.map { $0.upperBound > limit } ?? true)
    }.map(\.slot)
    let placed = found.filter { $0.extent != nil && !unplaced.contains($0.slot) }
      .sorted { ($0.namespace.dpa, $0.slot) < ($1.namespace.dpa, $1.slot) }
    claims = placed.enumerated().map { number, claim in
      Claim(
        letter: Self.letter(number), slot: claim.slot, namespace: claim.namespace, mode: claim.mode,
        verdict: claim.verdict)
    }
    self.unplaced = unplaced
    let region = examination.source.regionSize ?? claims.compactMap(\.extent?.upperBound).max() ?? 0
    regionSize = region
    segments =
      Self.segments(claims, upTo: region)
      + (examination.use.map { Self.surroundings(of: examination.source.location, region, $0) } ?? [])
    size = segments.last?.addresses.upperBound ?? 0
    errors = examination.condition.value?.errors.within(0..<region) ?? []
  }

  /// What lies behind the region in a file that is mapped as `use` says.
  private static func surroundings(
    of area: LocatedLabelArea, _ regionSize: UInt64, _ use: LabelAreaUse
  ) -> [Segment] {
    // Of a label area that the guest expects in another place, only what lies behind the one that was found.
    let expected =
      use.other == nil || use.mappedSize <= area.end
      ? use.fileSize..<use.fileSize : max(area.end, use.mappedSize - UInt64(area.size))..<use.mappedSize
    return [
      Segment(addresses: regionSize..<area.offset, owner: .gap),
      Segment(addresses: area.offset..<area.end, owner: .labelArea),
      Segment(addresses: area.end..<expected.lowerBound, owner: .tail),
      Segment(addresses: expected, owner: .labelsExpected),
      Segment(addresses: expected.upperBound..<use.fileSize, owner: .tail),
    ].filter { !$0.addresses.isEmpty }
  }

  /// The namespaces of damaged labels that a repair knows, by slot.
  private static func knownNamespaces(of area: LabelArea, _ dimm: LabelledDIMM) -> [Int: NamespaceIdentity] {
    var known: [Int: NamespaceIdentity] = [:]
    for action in LabelRepair(area, dimm: dimm).actions {
      switch action {
      case .labelProved(let slot, let namespace, _), .labelMended(let slot, let namespace, _):
        known[slot] = namespace
      case .labelOpen(let slot, _, _, let choices): known[slot] = choices.first?.namespace
      case .indexCorrected, .indexOpen, .indexRebuilt, .indexesRebuilt, .slotFreed, .updateFinished, .labelDropped:
        break
      }
    }
    return known
  }

  private static func mode(of label: NamespaceLabel) -> String {
    guard let abstraction = label.abstraction else { return "" }
    return switch NamespaceAbstraction(guid: abstraction) {
    case .some(.none): NamespaceMode.raw.rawValue
    case .btt, .btt2: NamespaceMode.sector.rawValue
    case .fsdax: NamespaceMode.fsdax.rawValue
    case .devdax: NamespaceMode.devdax.rawValue
    case nil: "unknown"
    }
  }

  /// A sign for each of the first labels, and one for all that follow.
  private static func letter(_ number: Int) -> Character {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    return number < letters.count ? letters[number] : "*"
  }

  /// Where claims overlap, one that Linux shows comes before one that it does not, and else the first.
  private static func segments(_ claims: [Claim], upTo size: UInt64) -> [Segment] {
    let extents = claims.map { $0.extent.map { $0.clamped(to: 0..<size) } ?? 0..<0 }
    let bounds = Set(extents.flatMap { [$0.lowerBound, $0.upperBound] } + [0, size]).sorted()
    let order = claims.indices.sorted { (claims[$0].isShown ? 0 : 1, $0) < (claims[$1].isShown ? 0 : 1, $1) }
    var segments: [Segment] = []
    for (lower, upper) in zip(bounds, bounds.dropFirst()) {
      let owner = order.first { extents[$0].contains(lower) }.map(Owner.claim) ?? .free
      if let last = segments.last, last.owner == owner {
        segments[segments.count - 1] = Segment(addresses: last.addresses.lowerBound..<upper, owner: owner)
      } else {
        segments.append(Segment(addresses: lower..<upper, owner: owner))
      }
    }
    return segments
  }

  /// What `owner` is, for the reader.
  func name(of owner: Owner) -> String {
    switch owner {
    case .claim(let number): claims[number].name
    case .free where unplaced.isEmpty: "free"
    case .free:
      "free, or of the damaged label in slot \(unplaced.map(String.init).joined(separator: ", "))"
    case .gap: "gap: no guest reaches it"
    case .labelArea: "label area"
    case .tail: "tail: outside the DIMM that the labels describe"
    case .labelsExpected: "no labels here, where the guest looks for them"
    }
  }

  /// Bytes of all segments of `owner`.
  func size(of owner: Owner) -> UInt64 {
    segments.reduce(0) { $0 + ($1.owner == owner ? $1.addresses.upperBound - $1.addresses.lowerBound : 0) }
  }

  /// What each of `count` columns of equal size shows: that which most of it belongs to; but every owner is somewhere,
  /// except what is free.
  func columns(_ count: Int) -> [Owner] {
    guard size > 0 else { return [] }
    var columns = [(owner: Owner, bytes: UInt64)](repeating: (.free, 0), count: count)
    for segment in segments {
      var lower = segment.addresses.lowerBound
      while lower < segment.addresses.upperBound {
        let number = column(of: lower, count)
        let upper = min(segment.addresses.upperBound, start(ofColumn: number + 1, of: count))
        if upper - lower > columns[number].bytes { columns[number] = (segment.owner, upper - lower) }
        lower = max(upper, lower + 1)
      }
    }
    var answer = columns.map(\.owner)
    for segment in segments where segment.owner != .free && !answer.contains(segment.owner) {
      answer[column(of: segment.addresses.lowerBound, count)] = segment.owner
    }
    return answer
  }

  /// Which of `count` columns of equal size have addresses that cannot be read.
  func columnsWithErrors(_ count: Int) -> Set<Int> {
    guard size > 0 else { return [] }
    return Set(errors.flatMap { column(of: $0.lowerBound, count)...column(of: $0.upperBound - 1, count) })
  }

  /// The column of `count` in which `address` lies.
  private func column(of address: UInt64, _ count: Int) -> Int {
    let (high, low) = address.multipliedFullWidth(by: UInt64(count))
    return Int(size.dividingFullWidth((high, low)).quotient)
  }

  /// The first address of column `number`.
  private func start(ofColumn number: Int, of count: Int) -> UInt64 {
    let (high, low) = size.multipliedFullWidth(by: UInt64(number))
    let (quotient, remainder) = UInt64(count).dividingFullWidth((high, low))
    return quotient + (remainder > 0 ? 1 : 0)
  }
}
