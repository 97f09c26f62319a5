import CommandSupport
import LabelChange
import PersistentMemory

/// The owner of each byte of a backend: the namespaces that the labels claim, and the layout around them. Offsets are
/// in bytes from the start of the file, where DPA 0 lies.
struct BackendMap {
  /// The claim of a label.
  struct Claim {
    /// The symbol of the claim in pictures.
    let letter: Character
    /// The label slot of the claim.
    let slot: Int
    /// The namespace of the label; for a damaged label, to the extent that a repair can identify it.
    let namespace: NamespaceIdentity
    /// The mode in a label of version 1.2; empty if there is none.
    let mode: String
    let verdict: LabelVerdict

    var isShown: Bool { verdict == .shown }
    var size: UInt64 { namespace.size }
    /// The namespace's name, or its uuid.
    var name: String { namespace.name.isEmpty ? namespace.uuid?.lowercased ?? "" : namespace.name }

    /// The addresses that the label claims; `nil` if there are none, or if some exceed 64 bits.
    var extent: Range<UInt64>? {
      namespace.size > 0 ? namespace.end.map { namespace.dpa..<$0 } : nil
    }
  }

  /// The owner of a part of the file.
  enum Owner: Hashable {
    /// The namespace of the claim with this number.
    case claim(Int)
    /// A part of the region that no label claims.
    case free
    /// The space between the region and the label area.
    case gap
    case labelArea
    /// The space after the label area.
    case tail
    /// The place where the guest looks for labels, as the backend is mapped, and finds none.
    case labelsExpected
  }

  /// Consecutive bytes with one owner.
  struct Segment: Equatable {
    let addresses: Range<UInt64>
    let owner: Owner
  }

  let claims: [Claim]
  /// The segments of the file, ascending and without holes.
  let segments: [Segment]
  /// The size that is drawn: the file size, or the end of what the labels claim if the file is just a label area.
  let size: UInt64
  /// The guest size that follows from the place of the labels; the whole drawing if the file is just a label area.
  let regionSize: UInt64

  /// The slots of damaged labels whose namespaces have an unknown place: space that looks free may belong to them.
  let unplaced: [Int]
  /// Unreadable addresses.
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

  /// Returns what lies after the region in a file that is mapped as `use` says.
  private static func surroundings(
    of area: LocatedLabelArea, _ regionSize: UInt64, _ use: LabelAreaUse
  ) -> [Segment] {
    // If the guest expects the label area in another place, only the part after the area that was found.
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

  /// Returns the namespaces of damaged labels that a repair can identify, by slot.
  private static func knownNamespaces(of area: LabelArea, _ dimm: LabelledDIMM) -> [Int: NamespaceIdentity] {
    var known: [Int: NamespaceIdentity] = [:]
    for action in LabelRepair(area, dimm: dimm).actions {
      switch action {
      case .labelProved(let slot, let namespace, _), .labelMended(let slot, let namespace, _):
        known[slot] = namespace
      case .labelOpen(let slot, _, _, let choices), .labelLost(let slot, let choices):
        known[slot] = choices.first?.namespace
      case .indexCorrected, .indexOpen, .indexRebuilt, .indexesRebuilt, .slotFreed, .updateFinished, .labelDropped:
        break
      }
    }
    return known
  }

  private static func mode(of label: NamespaceLabel) -> String {
    guard let abstraction = label.abstraction else { return "" }
    return NamespaceAbstraction(guid: abstraction)?.mode.rawValue ?? "unknown"
  }

  /// Returns a symbol of its own for each of the first labels, and the same one for all others.
  private static func letter(_ number: Int) -> Character {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    return number < letters.count ? letters[number] : "*"
  }

  /// Divides the file among the claims. If claims overlap, one that Linux shows precedes one that it does not;
  /// otherwise the first one counts.
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

  /// Returns the name of `owner` for the reader.
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

  /// Returns the size of all segments of `owner` in bytes.
  func size(of owner: Owner) -> UInt64 {
    segments.reduce(0) { $0 + ($1.owner == owner ? $1.addresses.upperBound - $1.addresses.lowerBound : 0) }
  }

  /// Returns the owner that each of `count` columns of equal size shows: the one with the largest part of the column.
  /// Every owner gets a column, except free space.
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

  /// Returns which of `count` columns of equal size contain unreadable addresses.
  func columnsWithErrors(_ count: Int) -> Set<Int> {
    guard size > 0 else { return [] }
    return Set(errors.flatMap { column(of: $0.lowerBound, count)...column(of: $0.upperBound - 1, count) })
  }

  /// Returns the column, out of `count`, that contains `address`.
  private func column(of address: UInt64, _ count: Int) -> Int {
    let (high, low) = address.multipliedFullWidth(by: UInt64(count))
    return Int(size.dividingFullWidth((high, low)).quotient)
  }

  /// Returns the first address of column `number`.
  private func start(ofColumn number: Int, of count: Int) -> UInt64 {
    let (high, low) = size.multipliedFullWidth(by: UInt64(number))
    let (quotient, remainder) = UInt64(count).dividingFullWidth((high, low))
    return quotient + (remainder > 0 ? 1 : 0)
  }
}
