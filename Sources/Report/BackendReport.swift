package import Basics
package import CommandSupport
import Consumers
import LabelChange
package import PersistentMemory
package import QEMU
package import Storage
import SystemPackage

/// What is to be said about one backend that is a file, and of the device that has it.
package struct BackendReport {
  /// The id of the backend in QEMU.
  package let id: String
  package let path: String
  package let kind: BackendKind?
  /// What QEMU finds at the path, files that QEMU itself had made before included.
  package let state: BackendState
  /// S as the start says it, in bytes; nil where neither the start nor the file tells it.
  package let mappedSize: UInt64?
  /// The memory device in its place; nil where QEMU does not come as far.
  package let device: MachinePrediction.Device?
  /// Where the parts of the backend lie; nil where they cannot be laid out.
  package let geometry: BackendGeometry?
  /// What becomes of the file.
  package let change: BackendPrediction.Change
  package private(set) var labels: LabelExamination
  /// What the guest shows; nil where there is no guest, or no telling.
  package private(set) var region: GuestRegion?
  /// What the guest keeps in its disks.
  package private(set) var contents: [(window: ContentsWindow, item: StoredContents)] = []
  /// What the host makes of it; nil where it is no backend.
  package let host: HostState?
  /// What is kept of the DIMM beside it, as the next guest finds it; nil where nothing is.
  package private(set) var condition: DIMMCondition?
  package internal(set) var findings: [Finding] = []
  /// Why the backend, or the label area in it, could not be examined.
  package private(set) var failure: CommandFailure?

  /// F, in bytes; nil where there is no file or device.
  package var fileSize: UInt64? { state.length }

  /// Of what could not be opened the failure tells all; what was found in a backend outlives a failure later on.
  package var status: ExitStatus {
    guard let failure else { return findings.status }
    return fileSize == nil ? failure.status : failure.status.graver(findings.status)
  }
}

extension [Finding] {
  /// The exit status that these findings call for.
  package var status: ExitStatus {
    switch map(\.severity).max() {
    case .error: .damaged
    case .warning: .irregular
    case .note, nil: .done
    }
  }

  /// Errors first, then warnings, then notes; in their order otherwise.
  var gravestFirst: [Finding] {
    Finding.Severity.allCases.reversed().flatMap { severity in filter { $0.severity == severity } }
  }
}

/// A backend that is a file, as a start describes it, and how far QEMU comes with it.
struct DescribedBackend {
  let option: BackendOption
  let path: String
  /// What the start says of the NVDIMM or virtio-pmem that has it; nil where none has.
  let plugged: MemoryDevice?
  /// Nil where QEMU does not come as far.
  let made: MachinePrediction.Backend?
  let device: MachinePrediction.Device?
}

extension BackendReport {
  /// Examines `backend` of `start`, which `startup` has followed.
  init(_ backend: DescribedBackend, of start: Start, _ startup: MachineStartup, on host: HostView) {
    let rules = startup.rules
    let option = backend.option.backend
    let examination = host.examination(of: backend.path)
    var request = backend.made?.request ?? BackendRequest(backend.option, path: backend.path)
    request.labelSize = backend.plugged?.labelSize
    let outcome = BackendPrediction(of: backend, in: startup.prediction)
    let fileSystem = backend.made?.fileSystem ?? examination.fileSystem

    id = option.id
    path = backend.path
    kind = examination.kind
    state = backend.made?.state ?? (option.isReadOnly ? examination.forReading : examination.forWriting)
    mappedSize = option.size
    change = outcome.change
    self.host = (try? examination.inspect { $0.host(users: host.processes) }) ?? nil
    let choice = start.choices[option.id]
    labels = LabelExamination(
      choice?.labelSize ?? request.labelSize.map { .exactly($0) } ?? .none, mappedSize: request.size,
      path: path, in: examination)
    // The judge goes on without labels where nobody knows of them, and nothing that follows from that is told.
    device = labels.source == .unknown ? nil : backend.device
    if labels.source == .unknown {
      geometry = nil
    } else if let laidOut = device?.geometry {
      geometry = laidOut
    } else if outcome.outcome == .starts, let plugged = backend.plugged, option.size != nil {
      // What is refused elsewhere says nothing of this one: it is judged as it would be laid out. A virtio-pmem has all
      // that is mapped.
      var laidOut = request
      laidOut.alignment =
        plugged.kind == .nvdimm ? startup.alignment(of: backend.option, in: fileSystem) : rules.pageSize
      geometry = try? rules.geometry(of: laidOut)
    } else {
      geometry = nil
    }
    if examination.error?.isMissing != true || option.size == nil { failure = examination.error?.commandFailure }

    // While a change is unfinished nothing else can be trusted, and nothing else is to be done.
    if let unfinished = unfinishedChange(in: examination) {
      findings = [unfinished]
      return
    }
    let slot = backend.device?.placement.slot ?? backend.plugged.flatMap { $0.slot >= 0 ? Int($0.slot) : nil }
    var found: [Finding] = []
    if let plugged = backend.plugged {
      labels.read(in: examination, geometry: geometry, kind: plugged.kind)
      if let geometry {
        labels.verify(
          regionSize: geometry.regionSize, slot: slot, isOfLabels: choice?.isSlotOfLabels == true,
          length: examination.forReading.length, linux: rules.linux)
      }
      failure = failure ?? labels.failure
      found += labels.findings
      found += layoutFindings(in: examination, request, slot: slot, rules)
    }
    let sizes = SizingVerification(
      request, state: state, in: fileSystem, prediction: outcome, geometry: geometry, rules: rules,
      labelEnd: labels.end,
      kind: backend.plugged?.kind ?? .nvdimm)
    // How long the backend is to be is decided once its labels are where QEMU looks for them.
    found += sizes.findings.map {
      labels.isMisplaced && $0.rule == BackendRule.guestAlignment ? $0.with(hint: nil) : $0
    }
    if backend.plugged != nil { found += lookInside(examination, backend, start.newMode, rules) }
    found +=
      NVDIMMVerification(
        backend.option, backend.plugged, isUsed: startup.prediction.isUsed(option.id), rules: rules,
        holdsData: labels.area?.indexes.current != nil || !contents.isEmpty
      ).findings
    if backend.plugged?.kind == .nvdimm { found += conditionFindings(in: examination) }
    found += hostFindings(mappedSize: request.size, isWritten: option.isShared && !option.isReadOnly)
    findings = found.gravestFirst.map { start.asker.answer($0, about: path, rules) }
  }

  /// The finding that a change of the labels has not come to its end.
  private func unfinishedChange(in examination: BackendExamination) -> Finding? {
    guard
      let unfinished = (try? examination.inspect { (file) throws(BackendError) in try file.unfinishedChange() }) ?? nil
    else { return nil }
    let what =
      unfinished.direction == .back
      ? "nothing is changed but the length of the file" : "the label area may be half changed"
    return Finding(
      BackendRule.unfinishedChange, "a change of its labels was interrupted: \(what)",
      hint: MigrationCommand(path: path).hint(.repair()))
  }

  /// What differs from the layout fingerprint that is kept with the backend; nothing where there is none.
  private func layoutFindings(
    in examination: BackendExamination, _ request: BackendRequest, slot: Int?, _ rules: SizingRules
  ) -> [Finding] {
    let found = try? examination.inspect { (file) throws(BackendError) -> [Finding] in
      guard request.size > 0, let seal = try? LayoutSeal(of: file, sidecar: nil) else { return [] }
      let now = try file.fingerprint(
        size: request.size, labelSize: request.labelSize ?? 0, align: request.alignment, slot: slot, rules: rules)
      return seal.verification(of: file, now).findings
    }
    return (found ?? nil) ?? []
  }

  /// What is to be said about the condition of the DIMM that is kept beside the backend.
  private mutating func conditionFindings(in examination: BackendExamination) -> [Finding] {
    do throws(BackendError) {
      let record = try examination.inspect { (file) throws(BackendError) in try ConditionFile.record(beside: file) }
      guard let record = record ?? nil else { return [] }
      // A guest that has it has yet to end.
      let condition = host?.users.isEmpty == true ? record.afterPowerOn : record.condition
      self.condition = condition
      return condition.findings(regionSize: geometry?.regionSize, namespaces: region?.namespaceAddresses)
    } catch {
      return [error.conditionFinding]
    }
  }

  /// Looks at what the guest shows of the backend and keeps in it, or notes why that cannot be told.
  ///
  /// Kernels of other architectures than x86_64 divide memory differently.
  private mutating func lookInside(
    _ examination: BackendExamination, _ backend: DescribedBackend, _ mode: NamespaceMode?, _ rules: SizingRules
  ) -> [Finding] {
    guard rules.architecture == .x86_64, let device, let plugged = backend.plugged else { return [] }
    // The region of a virtio-pmem is one without labels, in no slot.
    let description = NVDIMMDescription(
      slot: max(device.placement.slot, 0), base: device.placement.address, length: device.placement.size,
      node: plugged.node, isUnarmed: plugged.isUnarmed)
    do throws(BackendError) {
      region = try GuestRegion(description, labels: labels.area, linux: rules.linux) {
        (offset, count) throws(BackendError) in
        try examination.mappedBytes(at: offset, count: count)
      }
      let inside = try ContentsExamination(
        of: region, geometry, in: examination, isVirtio: plugged.kind == .persistentMemory, changedTo: mode)
      contents = inside.contents
      return regionFindings + inside.findings
    } catch {
      failure = failure ?? error.commandFailure
      return regionFindings
    }
  }

  /// What the guest hides of the namespaces, unless the place of the labels or their slot says why.
  private var regionFindings: [Finding] {
    (region?.findings ?? []).filter {
      !labels.areUnseen || $0.rule != NamespaceRule.blockForeign && $0.rule != NamespaceRule.blockOrphaned
    }
  }

  private func hostFindings(mappedSize: UInt64, isWritten: Bool) -> [Finding] {
    guard let host, let length = fileSize else { return [] }
    return HostVerification(
      host, isBlockDevice: kind == .blockDevice, length: length, mappedSize: mappedSize, isWritten: isWritten
    ).findings
  }
}

extension BackendReport {
  /// Examines the backend at `path` as `choice` gives it to a guest, which sees one region without labels.
  ///
  /// - Returns: also what the program makes of it.
  static func report(
    on path: String, for choice: ConsumerChoice, on host: HostView
  ) -> (backend: BackendReport, judgement: ConsumerJudgement) {
    let examination = host.examination(of: path)
    var judgement = ConsumerJudgement(choice, of: examination.forReading, at: path)
    var report = BackendReport(path: path, judgement, in: examination, on: host)
    guard judgement.outcome == .starts else {
      report.findings = judgement.findings
      return (report, judgement)
    }
    var found: [Finding] = []
    if !judgement.guestSize.isMultiple(of: PFNLayout.subsectionSize) {
      // The guest has no device that anything could be in.
    } else if let geometry = report.geometry {
      found = report.lookInside(examination, geometry)
    }
    var contents = ConsumerContents()
    contents.holdsData = !report.contents.isEmpty || report.isDirect
    contents.isBounded = contents.holdsData && report.contents.allSatisfy { $0.item.end != nil }
    contents.hasLabels = report.labels.search.areas.contains { $0.end == report.fileSize }
    contents.isDirect = report.isDirect
    judgement = ConsumerJudgement(choice, of: examination.forReading, holding: contents, at: path)
    found += judgement.findings
    found += report.hostFindings(mappedSize: judgement.mappedSize, isWritten: judgement.isWritten)
    report.findings = found.map(\.withoutSettings).gravestFirst
    return (report, judgement)
  }

  private init(
    path: String, _ judgement: ConsumerJudgement, in examination: BackendExamination, on host: HostView
  ) {
    id = "pmem0"
    self.path = path
    kind = examination.kind
    state = examination.forReading
    mappedSize = judgement.mappedSize > 0 ? judgement.mappedSize : nil
    device = nil
    geometry = try? BackendGeometry(mappedSize: judgement.guestSize)
    change = .none
    labels = LabelExamination(.none, mappedSize: judgement.mappedSize, path: path, in: examination)
    self.host = (try? examination.inspect { $0.host(users: host.processes) }) ?? nil
    if judgement.outcome == .unknown || kind != nil { failure = examination.error?.commandFailure }
  }

  /// Whether the guest sees a namespace in fsdax mode.
  var isDirect: Bool { region.map { ContentsWindow.windows(of: $0).contains(where: \.isDirect) } ?? false }

  /// Looks at the one region that the guest sees, and at what lies in it.
  private mutating func lookInside(_ examination: BackendExamination, _ geometry: BackendGeometry) -> [Finding] {
    let description = NVDIMMDescription(
      slot: 0, base: ProvisioningTarget.defaultRegionAddress, length: geometry.regionSize)
    do throws(BackendError) {
      region = try GuestRegion(description, labels: nil) { (offset, count) throws(BackendError) in
        try examination.mappedBytes(at: offset, count: count)
      }
      let inside = try ContentsExamination(of: region, geometry, in: examination)
      contents = inside.contents
      return (region?.findings ?? []) + inside.findings
    } catch {
      failure = error.commandFailure
      return region?.findings ?? []
    }
  }
}

extension BackendError {
  /// A file that QEMU makes is nothing that could not be examined: it has a finding.
  fileprivate var isMissing: Bool { reason == .missing || reason == .danglingLink }
}

extension BackendPrediction {
  /// What the prediction of the whole start says of one backend.
  init(of backend: DescribedBackend, in prediction: MachinePrediction) {
    self.init()
    change = backend.made?.change ?? .none
    placement = backend.device?.placement
    switch prediction.stop {
    case .complaint(.start(let refusal), _)? where prediction.blamed == backend.option.backend.id:
      outcome = .refuses(refusal)
    case .hang(backend.path)?: outcome = .spins
    case .crash(.oddAlignment(backend.option.backend.id))?: outcome = .crashes
    default: break
    }
  }
}
