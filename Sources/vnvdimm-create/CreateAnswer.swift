import Basics
import CommandSupport
import Consumers
import LabelChange
import PersistentMemory
import QEMU
import Report
import Storage
import SystemPackage

/// The program's answer: the geometry, the configuration and the warnings.
struct CreateAnswer {
  let backend: NewBackend
  let creation: BackendCreation
  let configuration: PasteConfiguration
  /// `false` for a plan.
  let created: Bool
  private(set) var findings: [Finding] = []

  init(backend: NewBackend, creation: BackendCreation, configuration: PasteConfiguration, created: Bool) {
    self.backend = backend
    self.creation = creation
    self.configuration = configuration
    self.created = created
    findings = backend.consumer == nil ? [configuration.libvirtObstacle].compactMap(\.self) : []
    findings += backend.provisioning?.findings ?? []
    if let consumer = backend.consumer {
      findings +=
        ConsumerJudgement(
          consumer, of: .file(size: backend.geometry.mappedSize), holding: backend.contents, at: creation.path.string
        ).findings
    }
    findings += [conditionDropped].compactMap(\.self)
  }

  private var conditionDropped: Finding? {
    guard let former = backend.formerCondition else { return nil }
    let what = former.record.map { $0.afterPowerOn.summary } ?? "damaged"
    let file = former.path.lastComponent?.string ?? ""
    return Finding(
      CreateRule.conditionDropped, "the condition of the DIMM that had the name, in \(file), goes with it: \(what)")
  }

  /// Adds the findings of vnvdimm-check about the backend, which for a plan is a draft at another path; nothing if the
  /// backend is for a program other than QEMU.
  mutating func judge(made path: String? = nil) {
    guard backend.consumer == nil else { return }
    var start = PathStart()
    start.labelSizes = [backend.geometry.labelSize == 0 ? .none : .exactly(backend.geometry.labelSize)]
    start.slotNumbers = backend.slot.map { [$0] } ?? []
    start.alignment = backend.geometry.alignment
    let rules = SizingRules(.newest)
    let host = HostView()
    let report = MachineReport(
      start.start(of: [path ?? creation.path.string], under: rules, on: host), under: rules, on: host)
    // Where a plan is judged, the host is another; that an area is blank was asked for, as the condition was.
    let found = report.allFindings.map(\.finding).filter { finding in
      !(finding.rule == LabelRule.areaBlank && backend.labels == .blank)
        && ConditionRule(rawValue: finding.rule.id) == nil
        && (path == nil || HostRule(rawValue: finding.rule.id) == nil)
    }
    findings = found.map { $0.rule == BackendRule.guestAlignment ? $0.with(hint: roundedCall) : $0 } + findings
  }

  /// The call that makes a region that suits the guest.
  private var roundedCall: Hint? {
    let typed = ShellCommand.typed(Create.programName).without("--file-size")
    return backend.geometry.regionSize.alignedUp(to: Architecture.x86_64.defaultGuestAlignment).map {
      let call = typed.with("--size", ByteCount($0).argument)
      return .command(created ? call.with("--overwrite") : call)
    }
  }

  /// Adds a warning that the file could not be made at present.
  mutating func warn(of error: BackendError) {
    findings.append(Finding(CreateRule.refused, "as things are, this would be refused: \(error.reason)"))
  }
}
