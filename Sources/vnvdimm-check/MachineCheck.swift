import BackendStorage
import CommandSupport
import SystemPackage
import VNVDIMMCore

/// Checks the backends of one machine, one after the other in the order in which QEMU plugs them.
struct MachineCheck {
  private let options: Check
  private let rules: SizingRules

  init(of options: Check, rules: SizingRules) {
    self.options = options
    self.rules = rules
  }

  func reports() -> [BackendReport] {
    var machine = Result { () throws(MemoryDeviceError) in try emptyMachine() }
    return options.paths.indices.map { report($0, in: &machine) }
  }

  /// The machine that `--ram`, `--slots` and `--maxmem` describe. Where nothing is said of slots and maxmem there
  /// is enough of both.
  private func emptyMachine() throws(MemoryDeviceError) -> MemoryDevicePlacement {
    let ram = options.ram?.bytes ?? 128 << 20
    let machine: MemoryWindow.Machine = rules.architecture == .aarch64 ? .virt : .q35
    guard options.slots == nil, options.maxmem == nil else {
      return try MemoryDevicePlacement(
        ram: ram, slots: options.slots, maximum: options.maxmem?.bytes, machine: machine)
    }
    return try MemoryDevicePlacement(
      ram: ram, slots: MemoryDevicePlacement.slotLimit, maximum: max(ram, 1 << 62), machine: machine)
  }

  private func report(
    _ index: Int, in machine: inout Result<MemoryDevicePlacement, MemoryDeviceError>
  ) -> BackendReport {
    let path = options.paths[index]
    let examination = BackendExamination(path: FilePath(path))
    let size = options.mappedSize?.bytes ?? examination.state.length ?? 0
    var labels = LabelExamination(options.labelSize, mappedSize: size, in: examination)
    let request = BackendRequest(
      id: "mem\(index + 1)", path: path, size: size, labelSize: labels.size, alignment: options.align?.bytes ?? 0)
    let prediction = prediction(for: request, index, examination.state, in: &machine)
    // One backend alone may be any DIMM of its machine.
    let isSlotGiven = options.paths.count > 1 || !options.slotNumbers.isEmpty
    labels.verify(
      in: examination, geometry: prediction.geometry, slot: prediction.placement?.slot, isSlotGiven: isSlotGiven)
    let sizing = SizingVerification(request, state: examination.state, prediction: prediction, rules: rules)
    return BackendReport(
      request: request, rules: rules, state: examination.state, kind: examination.kind,
      prediction: prediction, labels: labels, findings: sizing.findings + labels.findings,
      failure: (examination.error ?? labels.error)?.commandFailure)
  }

  private func prediction(
    for request: BackendRequest, _ index: Int, _ state: BackendState,
    in machine: inout Result<MemoryDevicePlacement, MemoryDeviceError>
  ) -> BackendPrediction {
    guard request.size > 0 || options.mappedSize != nil else {
      return rules.prediction(withoutSizeFor: request, state: state)
    }
    let slot = options.slotNumbers.indices.contains(index) ? options.slotNumbers[index] : nil
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
