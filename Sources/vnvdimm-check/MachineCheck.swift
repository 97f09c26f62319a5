import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// Checks the backends of one machine, one after the other in the order in which QEMU plugs them.
struct MachineCheck {
  private let dimms: [DIMM]
  private let rules: SizingRules
  private let processes: HostProcesses
  private let newMode: NamespaceMode?
  private var machine: Result<MemoryDevicePlacement, MemoryDeviceError>
  /// The paths by which backends were plugged so far.
  private var paths: [BackendIdentity: String] = [:]

  init(of dimms: [DIMM], _ options: MachineOptions, rules: SizingRules) {
    self.dimms = dimms
    processes = options.processes
    newMode = options.newMode
    self.rules = rules
    machine = Result { () throws(MemoryDeviceError) in try Self.emptyMachine(of: options, rules: rules) }
  }

  mutating func reports() -> [BackendReport] { dimms.map { report($0) } }

  /// The machine that `--ram`, `--slots` and `--maxmem` describe. Where nothing is said of slots and maxmem there
  /// is enough of both.
  private static func emptyMachine(
    of options: MachineOptions, rules: SizingRules
  ) throws(MemoryDeviceError) -> MemoryDevicePlacement {
    let ram = options.ram?.bytes ?? 128 << 20
    let machine: MemoryWindow.Machine = rules.architecture == .aarch64 ? .virt : .q35
    guard options.slots == nil, options.maximum == nil else {
      return try MemoryDevicePlacement(
        ram: ram, slots: options.slots, maximum: options.maximum?.bytes, machine: machine)
    }
    return try MemoryDevicePlacement(
      ram: ram, slots: MemoryDevicePlacement.slotLimit, maximum: max(ram, 1 << 62), machine: machine)
  }

  private mutating func report(_ dimm: DIMM) -> BackendReport {
    let path = dimm.path
    let examination = BackendExamination(path: FilePath(path))
    let size = dimm.mappedSize?.bytes ?? examination.state.length ?? 0
    var labels = LabelExamination(dimm.labelSize, mappedSize: size, path: path, in: examination)
    let request = BackendRequest(
      id: dimm.id, path: path, size: size, labelSize: labels.size,
      alignment: dimm.alignment?.bytes ?? examination.state.mappingUnit ?? 0)
    let fileSystem = examination.fileSystem
    // Nobody knows what label-size= is to be.
    let prediction =
      labels.source == .unknown
      ? BackendPrediction(.unknown) : prediction(for: request, dimm, examination.state, in: fileSystem)
    labels.read(in: examination, geometry: prediction.geometry)
    let slot = verify(&labels, of: dimm, prediction)
    let host = HostExamination(request, in: examination, users: processes)
    let (region, contents, failure) = guest(of: examination, prediction, labels, slot: slot)
    let sizing = SizingVerification(
      request, state: examination.state, in: fileSystem, prediction: prediction, rules: rules, labelEnd: labels.end)
    let ofFile = [repetition(of: path, examination.identity), interruption(of: path, examination)].compactMap(\.self)
    let layout = examination.layoutFindings(for: request, slot: dimm.isSlotSettled ? slot : nil, rules: rules)
    return BackendReport(
      request: request, rules: rules, state: examination.state, kind: examination.kind,
      prediction: prediction, labels: labels, region: region, contents: contents?.contents ?? [], host: host.state,
      findings: ofFile + host.findings + layout + sizing.findings + labels.findings + (region?.findings ?? [])
        + (contents?.findings ?? []),
      failure: examination.error?.commandFailure ?? labels.failure ?? failure)
  }

  /// Verifies the labels for the DIMM in its slot, which is the answer. Where nobody has said which it is, the labels
  /// are believed, if they are those of any virtual DIMM.
  private func verify(
    _ labels: inout LabelExamination, of dimm: DIMM, _ prediction: BackendPrediction
  ) -> Int? {
    let slot = prediction.placement?.slot
    guard let geometry = prediction.geometry else { return slot }
    guard !dimm.isSlotSettled, let own = labels.slot, own != slot ?? 0 else {
      labels.verify(regionSize: geometry.regionSize, slot: slot)
      return slot
    }
    labels.noteSlot(own, chosen: slot ?? 0)
    labels.verify(regionSize: geometry.regionSize, slot: own)
    return own
  }

  /// What the guest shows of the backend and keeps in it, or why that cannot be told.
  private func guest(
    of examination: borrowing BackendExamination, _ prediction: BackendPrediction, _ labels: LabelExamination,
    slot: Int?
  ) -> (GuestRegion?, ContentsExamination?, CommandFailure?) {
    var region: GuestRegion?
    do throws(BackendError) {
      region = try GuestRegion.examined(
        in: examination, prediction, labels: labels.area, slot: slot, rules.architecture)
      return (
        region, try ContentsExamination(of: region, prediction.geometry, in: examination, changedTo: newMode), nil
      )
    } catch { return (region, nil, error.commandFailure) }
  }

  /// The finding that a change of the labels has not come to its end.
  private func interruption(of path: String, _ examination: borrowing BackendExamination) -> Finding? {
    guard let unfinished = try? examination.unfinishedChange() else { return nil }
    let what =
      unfinished.direction == .back
      ? "nothing is changed but the length of the file" : "the label area may be half changed"
    return Finding(
      BackendRule.unfinishedChange, "a change of its labels was interrupted: \(what)",
      hint: "vnvdimm-migrate-labels --repair \(path.shellQuotedPath)")
  }

  /// The finding that `path` leads to a backend that another DIMM has.
  private mutating func repetition(of path: String, _ identity: BackendIdentity?) -> Finding? {
    guard let identity else { return nil }
    guard let first = paths.updateValue(path, forKey: identity) else { return nil }
    return Finding(
      BackendRule.usedTwice,
      "the same file as \(first.debugDescription): QEMU takes it twice, and each DIMM overwrites the other's data")
  }

  private mutating func prediction(
    for request: BackendRequest, _ dimm: DIMM, _ state: BackendState, in fileSystem: HostFileSystem
  ) -> BackendPrediction {
    guard request.size > 0 || dimm.mappedSize != nil else {
      return rules.prediction(withoutSizeFor: request, state: state, in: fileSystem)
    }
    switch machine {
    case .success(var placement):
      let prediction = rules.prediction(
        for: request, state: state, in: fileSystem, slot: dimm.slot, machine: &placement)
      machine = .success(placement)
      return prediction
    case .failure(let error):
      return BackendPrediction(.refuses(.memory(error)))
    }
  }
}
