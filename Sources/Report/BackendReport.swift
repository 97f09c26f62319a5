package import Basics
package import CommandSupport
import Consumers
import LabelChange
package import PersistentMemory
package import QEMU
package import Storage
import SystemPackage

/// The report on one file backend and on its device.
package struct BackendReport {
  /// The id of the backend in QEMU.
  package let id: String
  package let path: String
  package let kind: BackendKind?
  /// What QEMU finds at the path, including files that QEMU itself had created.
  package let state: BackendState
  /// The mapped size S of the start in bytes; `nil` if neither the start nor the file gives it.
  package let mappedSize: UInt64?
  /// The memory device with its placement; `nil` if QEMU does not place it.
  package let device: MachinePrediction.Device?
  /// The layout of the backend; `nil` if it has none.
  package let geometry: BackendGeometry?
  /// The change of the file.
  package let change: BackendPrediction.Change
  package private(set) var labels: LabelExamination
  /// The region that the guest shows; `nil` if there is no guest, or if the region cannot be predicted.
  package private(set) var region: GuestRegion?
  /// The contents of the guest's disks.
  package private(set) var contents: [(window: ContentsWindow, item: StoredContents)] = []
  /// The state of the backend on the host; `nil` if the path leads to no backend.
  package let host: HostState?
  /// The condition of the DIMM that is stored beside the backend, as the next guest finds it; `nil` if none is stored.
  package private(set) var condition: DIMMCondition?
  package internal(set) var findings: [Finding] = []
  /// The reason why the backend, or its label area, could not be examined.
  package private(set) var failure: CommandFailure?

  /// The length F in bytes; `nil` if there is no file or device.
  package var fileSize: UInt64? { state.length }

  /// The exit status. If the backend could not be opened, it is that of the failure; findings in a backend outlive a
  /// later failure.
  package var status: ExitStatus {
    guard let failure else { return findings.status }
    return fileSize == nil ? failure.status : failure.status.graver(findings.status)
  }
}

extension [Finding] {
  /// The exit status that these findings require.
  package var status: ExitStatus {
    switch map(\.severity).max() {
    case .error: .damaged
    case .warning: .irregular
    case .note, nil: .done
    }
  }

  /// The findings without those that another one explains: what the seal says of a fact that the medium shows itself,
  /// and what is missing because the end of the file is.
  fileprivate var causes: [Finding] {
    let rules = Set(map(\.rule))
    guard !rules.contains(Rule(LayoutRule.truncated)) else {
      return filter { $0.rule != NamespaceRule.blockOrphaned }.map {
        // To make the file longer again brings nothing back, and hides what has happened.
        $0.rule == BackendRule.smaller ? $0.withoutSettings.with(hint: nil) : $0
      }
    }
    return filter { LayoutRule(rawValue: $0.rule.id)?.equivalents.isDisjoint(with: rules) ?? true }
  }

  /// The findings with errors first, then warnings, then notes, each in their previous order.
  var gravestFirst: [Finding] {
    Finding.Severity.allCases.reversed().flatMap { severity in filter { $0.severity == severity } }
  }
}

/// A file backend as a start describes it, with QEMU's progress on it.
struct DescribedBackend {
  let option: BackendOption
  let path: String
  /// The NVDIMM or virtio-pmem of the start that has the backend; `nil` if there is none.
  let plugged: MemoryDevice?
  /// The backend as QEMU created it; `nil` if QEMU does not get that far.
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
    // The prediction continues without labels if it is not known whether there are any; its consequences are not
    // reported.
    device = labels.source == .unknown ? nil : backend.device
    if labels.source == .unknown {
      geometry = nil
    } else if let laidOut = device?.geometry {
      geometry = laidOut
    } else if outcome.outcome == .starts, let plugged = backend.plugged, option.size != nil {
      // A refusal elsewhere says nothing about this backend: it is judged by the layout that it would have. A
      // virtio-pmem has everything that is mapped.
      var laidOut = request
      laidOut.alignment =
        plugged.kind == .nvdimm ? startup.alignment(of: backend.option, in: fileSystem) : rules.pageSize
      geometry = try? rules.geometry(of: laidOut)
    } else {
      geometry = nil
    }
    if examination.error?.isMissing != true || option.size == nil { failure = examination.error?.commandFailure }

    // While a change is unfinished, nothing else can be trusted, and nothing else should be done.
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
          length: examination.forReading.length, linux: rules.linux,
          otherSlots: startup.prediction.devices.filter { $0.backend != option.id }.map(\.placement.slot))
      }
      failure = failure ?? labels.failure
      // A file that is plugged twice has a worse problem.
      let first = backend.made?.identity.flatMap { identity in
        startup.prediction.backends.first { $0.identity == identity }
      }
      let isRepeated = first.map { $0.option.backend.id != option.id } ?? false
      found += labels.findings.filter { !isRepeated || $0.rule != BackendRule.labelsOtherSlot }
      found += layoutFindings(in: examination, request, slot: slot, rules)
    }
    let sizes = SizingVerification(
      request, state: state, in: fileSystem, prediction: outcome, geometry: geometry, rules: rules,
      labelEnd: labels.end,
      kind: backend.plugged?.kind ?? .nvdimm)
    let inside = backend.plugged == nil ? [] : lookInside(examination, backend, start.newMode, rules)
    // The size of the region is not in question before its labels are where QEMU looks for them.
    let hasLabels =
      labels.isMisplaced || labels.area == nil && inside.contains { $0.rule == NamespaceRule.blockOrphaned }
    found += sizes.findings.filter { !hasLabels || $0.rule != BackendRule.guestAlignment } + inside
    found +=
      NVDIMMVerification(
        backend.option, backend.plugged, isUsed: startup.prediction.isUsed(option.id), rules: rules,
        holdsData: labels.area?.indexes.current != nil || !contents.isEmpty
      ).findings
    if backend.plugged?.kind == .nvdimm { found += conditionFindings(in: examination) }
    found += hostFindings(mappedSize: request.size, isWritten: option.isShared && !option.isReadOnly)
    findings = found.causes.gravestFirst.map { start.asker.answer($0.explained, about: path, rules) }
  }

  /// Returns the finding that a change of the labels is unfinished.
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

  /// Returns the differences from the layout fingerprint that is stored with the backend; empty if there is none.
  private func layoutFindings(
    in examination: BackendExamination, _ request: BackendRequest, slot: Int?, _ rules: SizingRules
  ) -> [Finding] {
    let found = try? examination.inspect { (file) throws(BackendError) -> [Finding] in
      guard request.size > 0 else { return [] }
      let found: LayoutSeal?
      do throws(LayoutSealError) { found = try LayoutSeal(of: file, sidecar: nil) } catch {
        return [Finding(LayoutRule.unreadable, error.description)]
      }
      guard let seal = found else { return [] }
      let now = try file.fingerprint(
        size: request.size, labelSize: request.labelSize ?? 0, align: request.alignment, slot: slot, rules: rules)
      return seal.verification(of: file, now).findings
    }
    return (found ?? nil) ?? []
  }

  /// Returns the findings about the condition of the DIMM that is stored beside the backend.
  private mutating func conditionFindings(in examination: BackendExamination) -> [Finding] {
    do throws(BackendError) {
      let record = try examination.inspect { (file) throws(BackendError) in try ConditionFile.record(beside: file) }
      guard let record = record ?? nil else { return [] }
      // A guest that uses the backend has not ended yet.
      let condition = host?.users.isEmpty == true ? record.afterPowerOn : record.condition
      self.condition = condition
      return condition.findings(regionSize: geometry?.regionSize, namespaces: region?.namespaceAddresses)
    } catch {
      return [error.conditionFinding]
    }
  }

  /// Examines what the guest shows of the backend and keeps in it, or notes why that is not possible.
  ///
  /// Kernels of other architectures than x86_64 divide memory differently.
  private mutating func lookInside(
    _ examination: BackendExamination, _ backend: DescribedBackend, _ mode: NamespaceMode?, _ rules: SizingRules
  ) -> [Finding] {
    guard rules.architecture == .x86_64, let device, let plugged = backend.plugged else { return [] }
    // The region of a virtio-pmem has no labels and no slot.
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
      return regionFindings(in: examination) + inside.findings
    } catch {
      failure = failure ?? error.commandFailure
      return regionFindings(in: examination)
    }
  }

  /// The findings about namespaces that the guest does not show, unless the place of the labels or their slot explains
  /// it.
  private func regionFindings(in examination: BackendExamination) -> [Finding] {
    guard let region else { return [] }
    let repair = labels.command(length: fileSize).hint(.repair(isPlan: true))
    return region.findings { examination.contentsWithoutBlock(of: $0, in: region) }.compactMap { finding in
      switch finding.rule {
      case Rule(NamespaceRule.blockForeign), Rule(NamespaceRule.blockOrphaned):
        labels.areUnseen ? nil : finding.with(hint: repair)
      default: finding
      }
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
  /// - Returns: the report, and the program's judgement of the backend.
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
      // The guest has no device that could hold anything.
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

  /// Examines the one region that the guest sees, and its contents.
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

extension Finding {
  /// This finding, with the command that explains its rule where nothing that can be typed makes it go away: an error
  /// in what a namespace holds, or one of the host's.
  fileprivate var explained: Finding {
    guard severity == .error, hint == nil, hasCureInWords else { return self }
    return with(hint: .command(ShellCommand("vnvdimm", ["explain", rule.id])))
  }

  private var hasCureInWords: Bool {
    NamespaceRule(rawValue: rule.id) != nil || ContentsRule(rawValue: rule.id) != nil
      || HostRule(rawValue: rule.id) != nil
  }
}

extension BackendError {
  /// Whether the file is missing. A file that QEMU creates is not a failed examination: it has a finding.
  fileprivate var isMissing: Bool { reason == .missing || reason == .danglingLink }
}

extension BackendPrediction {
  /// Extracts the prediction for one backend from that of the whole start.
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
