import BackendStorage
import CommandSupport
import SystemPackage
import VNVDIMMCore

/// Checks the backends of one machine, one after the other in the order in which QEMU plugs them.
struct MachineCheck {
  private let options: Check
  private let rules: SizingRules
  private var machine: Result<MemoryDevicePlacement, MemoryDeviceError>
  /// The paths by which backends were plugged so far.
  private var paths: [BackendIdentity: String] = [:]

  init(of options: Check, rules: SizingRules) {
    self.options = options
    self.rules = rules
    machine = Result { () throws(MemoryDeviceError) in try Self.emptyMachine(of: options, rules: rules) }
  }

  mutating func reports() -> [BackendReport] { options.paths.indices.map { report($0) } }

  /// The machine that `--ram`, `--slots` and `--maxmem` describe. Where nothing is said of slots and maxmem there
  /// is enough of both.
  private static func emptyMachine(
    of options: Check, rules: SizingRules
  ) throws(MemoryDeviceError) -> MemoryDevicePlacement {
    let ram = options.ram?.bytes ?? 128 << 20
    let machine: MemoryWindow.Machine = rules.architecture == .aarch64 ? .virt : .q35
    guard options.slots == nil, options.maxmem == nil else {
      return try MemoryDevicePlacement(
        ram: ram, slots: options.slots, maximum: options.maxmem?.bytes, machine: machine)
    }
    return try MemoryDevicePlacement(
      ram: ram, slots: MemoryDevicePlacement.slotLimit, maximum: max(ram, 1 << 62), machine: machine)
  }

  private mutating func report(_ index: Int) -> BackendReport {
    let path = options.paths[index]
    let examination = BackendExamination(path: FilePath(path))
    let size = options.mappedSize?.bytes ?? examination.state.length ?? 0
    var labels = LabelExamination(options.labelSize(ofPath: index), mappedSize: size, path: path, in: examination)
    let request = BackendRequest(
      id: "mem\(index + 1)", path: path, size: size, labelSize: labels.size,
      alignment: options.align?.bytes ?? examination.state.mappingUnit ?? 0)
    let prediction = prediction(for: request, index, examination.state)
    labels.read(in: examination, geometry: prediction.geometry)
    let slot = verify(&labels, prediction)
    let (region, failure) = region(in: examination, prediction, labels, slot: slot)
    let sizing = SizingVerification(
      request, state: examination.state, prediction: prediction, rules: rules, labelEnd: labels.end)
    let ofFile = [repetition(of: path, examination.identity), interruption(of: path, examination)].compactMap(\.self)
    return BackendReport(
      request: request, rules: rules, state: examination.state, kind: examination.kind,
      prediction: prediction, labels: labels, region: region,
      findings: ofFile + sizing.findings + labels.findings + (region?.findings ?? []),
      failure: examination.error?.commandFailure ?? labels.failure ?? failure)
  }

  /// Whether the slots follow from what was said: all DIMMs of a machine in their order, or `--slot`. One backend
  /// alone may be any DIMM of its machine.
  private var slotsAreSettled: Bool { options.paths.count > 1 || !options.slotNumbers.isEmpty }

  /// Verifies the labels for the DIMM in its slot, which is the answer. Where nobody has said which it is, the labels
  /// are believed, if they are those of any virtual DIMM.
  private func verify(_ labels: inout LabelExamination, _ prediction: BackendPrediction) -> Int? {
    let slot = prediction.placement?.slot
    guard let geometry = prediction.geometry else { return slot }
    guard !slotsAreSettled, let own = labels.slot, own != slot ?? 0 else {
      labels.verify(regionSize: geometry.regionSize, slot: slot)
      return slot
    }
    labels.noteSlot(own)
    labels.verify(regionSize: geometry.regionSize, slot: own)
    return own
  }

  /// What the guest shows of the backend, or why it cannot be told.
  private func region(
    in examination: borrowing BackendExamination, _ prediction: BackendPrediction, _ labels: LabelExamination,
    slot: Int?
  ) -> (GuestRegion?, CommandFailure?) {
    do throws(BackendError) {
      return (
        try GuestRegion.examined(in: examination, prediction, labels: labels.area, slot: slot, rules.architecture), nil
      )
    } catch { return (nil, error.commandFailure) }
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
    for request: BackendRequest, _ index: Int, _ state: BackendState
  ) -> BackendPrediction {
    guard request.size > 0 || options.mappedSize != nil else {
      return rules.prediction(withoutSizeFor: request, state: state)
    }
    // -1 is QEMU's own word for any slot.
    let slot =
      options.slotNumbers.indices.contains(index) && options.slotNumbers[index] != -1
      ? options.slotNumbers[index] : nil
    switch machine {
    case .success(var placement):
      let prediction = rules.prediction(for: request, state: state, slot: slot, machine: &placement)
      machine = .success(placement)
      return prediction
    case .failure(let error):
      return BackendPrediction(.refuses(.memory(error)))
    }
  }
}
