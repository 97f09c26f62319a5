package import Basics
package import CommandSupport
import FoundationEssentials
package import PersistentMemory
package import QEMU
import Storage

/// The complete report on one start of a machine under one release of QEMU: what QEMU does with it, what the guest will
/// see, and what is wrong with each backend and with the machine.
///
/// This is the only place that makes such a report; all programs and verbs that report a start use it.
package struct MachineReport {
  package let rules: SizingRules
  /// The reason for choosing the release of the rules.
  package private(set) var basis = ReleaseBasis.named
  /// The subject of findings about the machine as a whole.
  package let subject: String
  package let prediction: MachinePrediction
  /// The reports on the file backends, in the order of the start.
  package internal(set) var backends: [BackendReport] = []
  /// The findings about the machine, or about more than one backend.
  package internal(set) var findings: [Finding]
  /// Whether the asker knows the backends by their ids; the ids of paths are made up.
  let namesBackends: Bool
  /// The answer of the installed QEMU; `nil` if it was not asked.
  package internal(set) var confirmation: Confirmation?

  package init(_ start: Start, under rules: SizingRules, on host: HostView = HostView()) {
    switch start.command {
    case .failure(let stop):
      var prediction = MachinePrediction()
      prediction.stop = stop
      self.init(of: start, under: rules, prediction)
    case .success(let command):
      var startup = MachineStartup(command, rules) { HostPath(host.examination(of: $0)) }
      startup.run()
      startup.hotplug(start.hotplug)
      self.init(of: start, under: rules, startup.prediction)
      backends = startup.describedBackends.map { BackendReport($0, of: start, startup, on: host) }
      tellTwins(start.asker)
    }
  }

  /// Reports on the start that `startup` has already followed.
  package init(following startup: MachineStartup, on host: HostView = HostView()) {
    var start = Start(subject: startup.command.program, asker: .command, command: .success(startup.command))
    start.choices = startup.command.labelSizesAsked.mapValues { Start.Choice(labelSize: $0, isSlotOfLabels: false) }
    self.init(of: start, under: startup.rules, startup.prediction)
    backends = startup.describedBackends.map { BackendReport($0, of: start, startup, on: host) }
    tellTwins(start.asker)
  }

  private init(of start: Start, under rules: SizingRules, _ prediction: MachinePrediction) {
    var prediction = prediction
    namesBackends = if case .paths = start.asker { false } else { true }
    // If only paths are given, the machine's room is made up.
    if !namesBackends { prediction.freeSlots = 0 }
    self.rules = rules
    self.prediction = prediction
    subject = start.subject
    findings = CombinationVerification(prediction, rules: rules).findings.gravestFirst.map {
      start.asker.answer($0, about: nil, rules)
    }
  }

  /// Returns this report with `basis` as the reason for choosing its release.
  package func resting(on basis: ReleaseBasis) -> MachineReport {
    var report = self
    report.basis = basis
    return report
  }

  /// Finds namespaces that have the uuid of a namespace in another backend.
  ///
  /// Linux compares uuids only when a uuid is set (drivers/nvdimm/bus.c `nd_is_uuid_unique`). It accepts what labels
  /// say and shows both namespaces. References by uuid are then ambiguous, for udev's `60-persistent-storage.rules` and
  /// for people.
  private mutating func tellTwins(_ asker: Asker) {
    var owners: [UUID: String] = [:]
    for index in backends.indices {
      let backend = backends[index]
      let uuids = Set((backend.region?.namespaces ?? []).flatMap(\.uuids))
      let twins = uuids.compactMap { uuid in owners[uuid].map { (uuid: uuid, owner: $0) } }
      for uuid in uuids where owners[uuid] == nil { owners[uuid] = backend.path }
      // A file that is plugged twice has a worse problem.
      guard let first = twins.min(by: { $0.uuid.lowercased < $1.uuid.lowercased }), first.owner != backend.path else {
        continue
      }
      let more = twins.count == 1 ? "" : ", and \(twins.count - 1) more"
      let finding = Finding(
        NamespaceRule.uuidTwice,
        "a namespace has the uuid of one in \(first.owner.asSubject): \(first.uuid.lowercased)\(more)",
        hint: .command("vnvdimm-migrate-labels", "renew-uuids", path: backend.path))
      backends[index].findings = (backend.findings + [asker.answer(finding, about: backend.path, rules)]).gravestFirst
    }
  }

  /// Replaces the findings of the backend `id` with the result of `change`.
  mutating func amend(backend id: String, _ change: (BackendReport) -> [Finding]) {
    guard let index = backends.firstIndex(where: { $0.id == id }) else { return }
    backends[index].findings = change(backends[index])
  }

  /// This report as one of a guest that runs in `process`: that QEMU starts is no question any more, and that the guest
  /// itself has its backends open is no finding.
  ///
  /// - Returns: also the paths that lead to what the guest has not open: it was replaced since, or the guest has other
  ///   mounts. Of those the report says nothing.
  package func ofRunningGuest(in process: Int) -> (report: MachineReport, strangers: [String]) {
    func isOfStart(_ finding: Finding) -> Bool {
      finding.rule == BackendRule.refused || finding.rule == BackendRule.undescribed
    }
    func isItsOwn(_ backend: BackendReport) -> Bool {
      backend.host?.users.contains { $0.process == process } ?? false
    }
    var report = self
    report.backends = backends.filter(isItsOwn)
    for index in report.backends.indices {
      let isAlone = report.backends[index].host?.users.allSatisfy { $0.process == process } ?? false
      report.backends[index].findings.removeAll { isOfStart($0) || isAlone && $0.rule == HostRule.inUse }
    }
    report.findings.removeAll(where: isOfStart)
    return (report, backends.filter { !isItsOwn($0) }.map(\.path))
  }

  package var status: ExitStatus {
    let own: ExitStatus =
      switch prediction.stop {
      case .complaint?, .help?, .crash?, .hang?: .damaged
      case nil where prediction.answers.contains { $0 != nil }: .damaged
      // An unknown answer is not a fault, and the report on a backend says what is missing.
      case .unknown?, .unsaid?, nil: .done
      }
    let asked: ExitStatus = if case .contradicted? = confirmation?.outcome { .incomplete } else { .done }
    return own.graver(asked).graver(findings.status).graver(backends.map(\.status).gravest)
  }

  /// Whether QEMU starts; `nil` if it cannot be predicted.
  package var starts: Bool? {
    switch prediction.stop {
    case nil: true
    case .unknown?, .unsaid?: nil
    case .complaint?, .help?, .crash?, .hang?: false
    }
  }

  /// All findings with their subjects: first those of each backend, then those of the machine.
  package var allFindings: [(path: String, finding: Finding)] {
    backends.flatMap { backend in backend.findings.map { (backend.path, $0) } } + findings.map { (subject, $0) }
  }

  /// Whether QEMU refuses a word that another release, or a modified QEMU, may know.
  package var refusesUnknownWord: Bool {
    if case .complaint(let complaint, _)? = prediction.stop { complaint.isAboutRelease } else { false }
  }

  /// The findings worth reporting before a start: warnings and errors, without the refusal of a word that another QEMU
  /// may know.
  package var obstacles: [(path: String, finding: Finding)] {
    allFindings.filter { _, finding in
      finding.severity >= .warning && !(refusesUnknownWord && finding.rule == BackendRule.refused)
    }
  }

  /// Whether a guest must not be started like this, because something would be lost or because QEMU cannot start.
  package var blocksStart: Bool {
    starts == false && !refusesUnknownWord || obstacles.contains { $0.finding.severity == .error }
  }

  /// The output of `ndctl list` in the guest; `nil` if there is no guest.
  package var guestView: GuestListing? {
    guard prediction.stop == nil else { return nil }
    // A virtio-pmem is on another bus, which has no DIMMs.
    let ofFiles = backends.filter { $0.device?.option.kind == .nvdimm }.compactMap(\.region)
    let slots = ofFiles.map(\.device.slot)
    let others = prediction.devices.filter { $0.option.kind == .nvdimm && !slots.contains($0.placement.slot) }
    return GuestListing(
      ofFiles + others.compactMap { $0.emptyRegion(under: rules.linux) }, persistence: prediction.persistence,
      populatedNodes: prediction.populatedNodes)
  }
}

extension MachineStartup {
  /// All file backends: first those that QEMU creates, then the others.
  fileprivate var describedBackends: [DescribedBackend] {
    let plugged = command.pluggedDevices.compactMap { described($0) }
    let made = prediction.backends.filter { !$0.isDeleted }.map { backend in
      (option: backend.option, made: Optional(backend))
    }
    let ids = Set(made.map(\.option.backend.id))
    let others = command.objects.compactMap(\.backend).filter { !ids.contains($0.backend.id) }
    return (made + others.map { (option: $0, made: nil) }).compactMap { option, made in
      guard case .file(let path) = option.backend.storage else { return nil }
      let device = prediction.devices.first { $0.backend == option.backend.id && $0.option.kind.isPersistent }
      let described = plugged.first { $0.backend.flatMap { MachineStartup.id($0) } == option.backend.id }
      return DescribedBackend(
        option: option, path: path, plugged: device?.option ?? described, made: made, device: device)
    }
  }
}

extension MachinePrediction.Device {
  /// Returns the region of an NVDIMM in anonymous memory, all zeros; `nil` if its label area is larger than the suite
  /// reads.
  fileprivate func emptyRegion(under linux: LinuxRelease) -> GuestRegion? {
    let description = NVDIMMDescription(
      slot: placement.slot, base: placement.address, length: placement.size, node: option.node,
      isUnarmed: option.isUnarmed)
    var labels: LabelArea?
    if let size = option.labelSize {
      guard (try? LabelArea.check(size: size)) != nil, let area = try? LabelArea(LabelArea.blank(size: Int(size)))
      else { return nil }
      labels = area
    }
    return GuestRegion(description, labels: labels, linux: linux) { _, count in [UInt8](repeating: 0, count: count) }
  }
}
