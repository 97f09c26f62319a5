import Basics
import CommandSupport
import LabelChange
import PersistentMemory

/// Everything that the program can say about an area; how it is said is for `DumpText` and `DumpDocument`.
struct Examination {
  let source: LabelAreaSource
  let area: LabelArea
  /// The slot in which the DIMM is supposed to be plugged.
  let slot: Int
  /// Where the slot comes from, for the reader.
  let slotOrigin: String
  /// Whether the area is that of a CXL device, which has no slot.
  let isOfCXLDevice: Bool
  let boot: BootKind
  let findings: [Finding]
  let probe: RegionProbe

  init(_ source: LabelAreaSource, _ area: LabelArea, slot: Int?, boot: BootKind, isOfCXLDevice: Bool) {
    self.source = source
    self.area = area
    let ofLabels = area.virtualSlot
    self.slot = slot ?? ofLabels ?? 0
    slotOrigin = slot != nil ? "as given" : ofLabels != nil ? "by the labels' cookies" : "assumed"
    self.boot = boot
    self.isOfCXLDevice = isOfCXLDevice
    let cookie = isOfCXLDevice ? .cxl : InterleaveSetCookie(virtualSlot: self.slot)
    let dimm = LabelledDIMM(regionSize: source.regionSize, cookie: cookie)
    let found = LabelVerification(area, dimm: dimm, command: source.migrationCommand).findings
    if let command = source.migrationCommand, !isOfCXLDevice, found.contains(where: { $0.severity > .note }) {
      findings = found.naming(repairOf: area, of: dimm, slot: slot ?? ofLabels, by: command)
    } else {
      findings = found
    }
    // Without a backend around the area, no label is out of bounds.
    probe = RegionProbe(area, regionSize: source.regionSize ?? .max, cookie: cookie, boot: boot)
  }

  /// What becomes of each used slot, ascending.
  var verdicts: [(slot: Int, verdict: LabelVerdict)] { probe.verdicts.first ?? [] }

  /// What Linux makes of the DIMM and its region as a whole, in one sentence.
  var outcome: String {
    switch (probe.members.first?.refusal, probe.outcome) {
    case (let refusal?, .refused): "the DIMM is refused \(refusal.cause), and with it the region"
    case (let refusal?, _): "the DIMM is refused \(refusal.cause): one raw namespace over the whole region"
    case (_, .refused(let refusal, _)): "the region is refused \(refusal.cause)"
    case (_, .labelless): "no labels: one raw namespace over the whole region"
    case (_, .namespaces(let namespaces)) where namespaces.isEmpty: "an empty region, ready for a first namespace"
    case (_, .namespaces(let namespaces)): namespaces.count == 1 ? "1 namespace" : "\(namespaces.count) namespaces"
    }
  }
}

extension ProbeRefusal {
  fileprivate var cause: String { "because of slot \(slot) (\(rule.rawValue))" }
}

extension LabelVerdict {
  /// One word for scripts.
  var word: String {
    switch self {
    case .shown: "shown"
    case .hidden: "hidden"
    case .refusesDIMM, .refusesRegion: "refused"
    case .withheld: "withheld"
    }
  }

  /// The rule that the label breaks.
  var rule: LabelRule? {
    switch self {
    case .hidden(let rule), .refusesDIMM(let rule), .refusesRegion(let rule): rule
    case .shown, .withheld: nil
    }
  }
}
