import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

/// The complete examination of an area; `DumpText` and `json` determine its presentation.
struct Examination {
  let source: LabelAreaSource
  let area: LabelArea
  /// The use of the backend; `nil` without a backend around the area.
  let use: LabelAreaUse?
  /// The slot in which the DIMM is assumed to be plugged.
  let slot: Int
  /// The origin of the slot, for the reader.
  let slotOrigin: String
  /// Whether the area is that of a CXL device, which has no slot.
  let isOfCXLDevice: Bool
  /// The serial number of the CXL device and its origin, for the reader; `nil` for an NVDIMM, and if it is not known.
  let serialNumber: UInt64?
  let serialNumberOrigin: String
  /// The release of the guest's kernel.
  let linux: LinuxRelease
  let boot: BootKind
  /// The known properties of the DIMM.
  let dimm: LabelledDIMM
  /// What is wrong: the report on a guest that has the backend, if it is asked for; otherwise what the label area shows.
  let findings: [Finding]
  /// Linux' treatment of the labels in their present place.
  let probe: RegionProbe
  /// The namespaces that Linux shows if the backend is used as described.
  let shown: RegionProbe
  /// The condition of the DIMM that is stored beside the backend.
  let condition: KeptCondition

  init(
    _ source: LabelAreaSource, _ area: LabelArea, use: LabelAreaUse?, slot: Int?, boot: BootKind, linux: LinuxRelease,
    isOfCXLDevice: Bool, serialNumber: UInt64? = nil, report: [Finding]? = nil, condition: KeptCondition = .none
  ) {
    self.condition = condition
    self.source = source
    self.area = area
    self.use = use
    let ofLabels = area.virtualSlot
    self.slot = slot ?? ofLabels ?? 0
    slotOrigin = slot != nil ? "as given" : ofLabels != nil ? "by the labels' cookies" : "assumed"
    self.boot = boot
    self.isOfCXLDevice = isOfCXLDevice
    self.linux = linux
    self.serialNumber = isOfCXLDevice ? serialNumber ?? area.cxlSerialNumber : nil
    serialNumberOrigin = serialNumber != nil ? "as given" : "by the labels' cookies"
    let cookie =
      if let serialNumber {
        InterleaveSetCookie(cxlSerialNumber: serialNumber)
      } else {
        isOfCXLDevice
          ? InterleaveSetCookie(ofCXLDevice: area.commonCookie) : InterleaveSetCookie(virtualSlot: self.slot)
      }
    let dimm = LabelledDIMM(regionSize: source.regionSize, cookie: cookie)
    self.dimm = dimm
    // Without a backend around the area, no label is out of bounds.
    probe = RegionProbe(area, regionSize: source.regionSize ?? .max, cookie: cookie, boot: boot, linux: linux)
    if let use, let other = use.other {
      let region = (use.mappedSize - UInt64(source.location.size)).alignedDown(to: Architecture.x86_64.pageSize)
      shown = RegionProbe(other, regionSize: region, cookie: cookie, boot: boot, linux: linux)
    } else {
      shown = probe
    }
    if let report {
      findings = report
      return
    }
    var found = LabelVerification(area, dimm: dimm, linux: linux, command: source.migrationCommand).findings
    if let command = source.migrationCommand, !isOfCXLDevice, found.contains(where: { $0.severity > .note }) {
      found = found.naming(repairOf: area, of: dimm, slot: slot ?? ofLabels, by: command)
    } else {
      found = found.map { finding in
        // An area without a backend has nothing to be changed, and no start of QEMU.
        guard case .options? = finding.remedy, let ofLabels else { return finding }
        return finding.with(hint: .command(.typed(LabelDump.programName).with("--slot", "\(ofLabels)")))
      }
    }
    findings = found + condition.findings(regionSize: source.regionSize, probe)
  }

  /// The verdict on each used slot, ascending.
  var verdicts: [SlotVerdict] {
    (probe.verdicts.first ?? []).map { slot, verdict in
      // Nothing is shown of an area that the guest does not look at.
      use?.other == nil
        ? SlotVerdict(slot: slot, word: verdict.word, rule: verdict.rule?.rawValue)
        : SlotVerdict(slot: slot, word: "hidden", rule: BackendRule.labelAreaElsewhere.rawValue)
    }
  }

  /// The assumptions of the answer in one sentence; `nil` without a backend around the area.
  var usage: String? {
    use.map { "mapped size \(ByteCount($0.mappedSize)), \($0.origin); DIMM slot \(slot), \(slotOrigin)" }
  }

  /// Linux' treatment of the DIMM and its region as a whole, in one sentence.
  var outcome: String {
    switch (shown.members.first?.refusal, shown.outcome) {
    case (let refusal?, .refused): "the DIMM is refused \(refusal.cause), and with it the region"
    case (let refusal?, _): "the DIMM is refused \(refusal.cause): one raw namespace over the whole region"
    case (_, .refused(let refusal, _)): "the region is refused \(refusal.cause)"
    case (_, .labelless): "no labels: one raw namespace over the whole region"
    case (_, .namespaces(let namespaces)) where namespaces.isEmpty: "an empty region, ready for a first namespace"
    case (_, .namespaces(let namespaces)): namespaces.count == 1 ? "1 namespace" : "\(namespaces.count) namespaces"
    }
  }
}

/// The condition of the DIMM that is stored beside a backend, as the next guest finds it.
enum KeptCondition {
  case none
  case whole(DIMMCondition)
  case unusable(BackendError)

  init(beside backend: borrowing Backend) {
    do throws(BackendError) {
      self = try ConditionFile.record(beside: backend).map { .whole($0.afterPowerOn) } ?? .none
    } catch { self = .unusable(error) }
  }

  var value: DIMMCondition? { if case .whole(let condition) = self { condition } else { nil } }

  /// Returns the findings about the condition in a region whose namespaces `probe` shows.
  func findings(regionSize: UInt64?, _ probe: RegionProbe) -> [Finding] {
    switch self {
    case .none: return []
    case .unusable(let error): return [error.conditionFinding]
    case .whole(let condition):
      guard case .namespaces(let namespaces) = probe.outcome else {
        return condition.findings(regionSize: regionSize, namespaces: nil)
      }
      return condition.findings(regionSize: regionSize, namespaces: namespaces.map(\.addresses))
    }
  }
}

/// The verdict on the label in a slot, for scripts: a word, and the rule that the label breaks.
struct SlotVerdict {
  let slot: Int
  let word: String
  let rule: String?
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
