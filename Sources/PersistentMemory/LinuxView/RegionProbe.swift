/// What Linux makes of a region whose DIMMs have labels: which namespaces appear, and what becomes of each label.
///
/// Source: Linux 6.1 drivers/nvdimm/namespace_devs.c, `nd_region_register_namespaces`; measured on 6.1.192.
public struct RegionProbe: Sendable {
  /// What becomes of the region.
  public enum Outcome: Hashable, Sendable {
    /// The namespaces by their labels; none means an empty region that waits for its first namespace.
    case namespaces([LabelledNamespace])
    /// One raw namespace over the whole region; labels are not used.
    case labelless
    /// The region does not come up, for this label on the DIMM of this number.
    case refused(ProbeRefusal, dimm: Int)
  }

  /// A DIMM's part in the region.
  package struct Member: Sendable {
    package let dimm: DIMMProbe
    /// The addresses of the DIMM that belong to the region. Never empty.
    package let addresses: Range<UInt64>

    package init(_ dimm: DIMMProbe, addresses: Range<UInt64>) {
      self.dimm = dimm
      self.addresses = addresses
    }
  }

  package let members: [Member]
  /// The cookies that the labels must carry.
  public let cookie: InterleaveSetCookie
  /// What becomes of the region.
  public let outcome: Outcome
  /// What becomes of the used slots of each DIMM, ascending.
  public let verdicts: [[(slot: Int, verdict: LabelVerdict)]]

  /// Probes the region that `members` make up, in the order of the NFIT.
  package init(
    _ members: [Member], cookie: InterleaveSetCookie, boot: BootKind, linux: LinuxRelease = .newest
  ) {
    self.members = members
    self.cookie = cookie
    var scan = RegionScan(members, cookie: cookie, linux: linux)
    let refused = members.enumerated().first { $0.element.refusal != nil }
    if boot == .warm, let refused, let refusal = refused.element.refusal {
      // `nmem0: is disabled, failing probe`
      outcome = .refused(refusal, dimm: refused.offset)
    } else if boot == .cold, !members.contains(where: { $0.dimm.outcome == .labelled }) {
      outcome = .labelless
    } else {
      outcome = scan.run()
    }
    let outcome = outcome
    verdicts = members.indices.map { number in
      members[number].dimm.area.usedSlots.map { slot in
        (slot, Self.verdict(on: slot, of: number, members[number], outcome, scan.verdicts[number]))
      }
    }
  }

  /// Probes a DIMM that is a region by itself, as all virtual ones are. `regionSize` must not be 0.
  public init(
    _ area: LabelArea, regionSize: UInt64, cookie: InterleaveSetCookie, boot: BootKind,
    linux: LinuxRelease = .newest
  ) {
    self.init(
      [Member(DIMMProbe(area.read(by: linux)), addresses: 0..<regionSize)], cookie: cookie, boot: boot, linux: linux)
  }

  private static func verdict(
    on slot: Int, of number: Int, _ member: Member, _ outcome: Outcome, _ scanned: [Int: LabelVerdict]
  ) -> LabelVerdict {
    guard let label = member.dimm.area.label(in: slot) else { return .hidden(.labelSlot) }
    if let defect = label.defect(inSlot: slot) {
      if label.isZero { return .hidden(.labelEmpty) }
      if case .slot = defect { return .hidden(.labelSlot) }
      return .hidden(.labelChecksum)
    }
    if let refusal = member.refusal { return refusal.slot == slot ? .refusesDIMM(refusal.rule) : .withheld }
    switch outcome {
    case .namespaces: return scanned[slot] ?? .hidden(.labelSetIncomplete)
    case .labelless: return .withheld
    case .refused(let refusal, let dimm):
      if dimm == number && refusal.slot == slot { return .refusesRegion(refusal.rule) }
      if let verdict = scanned[slot], verdict != .shown { return verdict }
      return .withheld
    }
  }
}

extension RegionProbe.Member {
  /// The label for which the driver refused the DIMM.
  package var refusal: ProbeRefusal? {
    guard case .refused(let refusal) = dimm.outcome else { return nil }
    return refusal
  }
}
