import Basics
import CommandSupport
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// Checks a whole command line of QEMU's under one release.
struct CommandCheck: CheckAnswer {
  /// One backend that is a file, with what the guest will see of it.
  struct BackendCheck {
    let id: String
    /// Nil where no NVDIMM has the backend.
    let device: MachinePrediction.Device?
    let change: BackendPrediction.Change
    var report: BackendReport
  }

  let rules: SizingRules
  let prediction: MachinePrediction
  var backends: [BackendCheck]
  /// What concerns the machine, or more than one backend.
  let findings: [Finding]
  let program: String

  /// `arguments` begin with the name of the program; `hotplug` is what the monitor is told afterwards.
  init(_ arguments: [String], rules: SizingRules, hotplug: [HotplugCommand] = []) {
    self.rules = rules
    program = arguments.first.map { FilePath($0).lastComponent?.string ?? $0 } ?? "qemu"
    let startup = MachineStartup.prediction(of: arguments, rules, hotplug: hotplug) {
      HostPath(examining: FilePath($0))
    } readFile: {
      Self.contents(of: $0)
    }
    prediction = startup
    let users = HostProcesses()
    backends = startup.backends.filter { !$0.isDeleted }.compactMap { backend in
      Self.check(backend, of: startup, rules, users)
    }
    findings = CombinationVerification(startup, rules: rules).findings
  }

  var status: ExitStatus {
    let own: ExitStatus =
      switch (prediction.stop, findings.map(\.severity).max()) {
      case (_, .error), (.complaint?, _), (.help?, _), (.crash?, _), (.hang?, _): .damaged
      case _ where prediction.answers.contains { $0 != nil }: .damaged
      case (.unknown?, _), (nil, .warning): .irregular
      case (nil, .note), (nil, nil): .done
      }
    return own.graver(backends.map(\.report.status).gravest)
  }

  /// A configuration file is read as a whole up to this many bytes.
  private static let configurationLimit = 1 << 20

  private static func contents(of path: String) -> Result<String, ConfigurationFileError> {
    do throws(Errno) {
      let bytes = try FilePath(path).contents(limit: configurationLimit)
      return .success(String(decoding: bytes, as: UTF8.self))
    } catch { return .failure(ConfigurationFileError(reason: error.description)) }
  }

  private static func check(
    _ backend: MachinePrediction.Backend, of prediction: MachinePrediction, _ rules: SizingRules,
    _ users: HostProcesses
  ) -> BackendCheck? {
    guard case .file(let path) = backend.option.backend.storage, var request = backend.request else { return nil }
    let device = prediction.devices.first { $0.backend == request.id && $0.option.kind == .nvdimm }
    request.labelSize = device?.option.labelSize
    let access: Backend.Access = request.isReadOnly ? .readOnly : .readWrite
    let examination = BackendExamination(path: FilePath(path), access: access)
    let option: LabelSize = request.labelSize.map { .exactly($0) } ?? .none
    var labels = LabelExamination(option, mappedSize: request.size, path: path, in: examination)
    let outcome = BackendPrediction(of: backend, device, in: prediction)
    let host = HostExamination(request, in: examination, users: users)
    var region: GuestRegion?
    var contents: ContentsExamination?
    var failure: CommandFailure?
    if let device {
      labels.read(in: examination, geometry: outcome.geometry)
      labels.verify(regionSize: device.placement.size, slot: device.placement.slot)
      do throws(BackendError) {
        region = try GuestRegion.examined(
          in: examination, outcome, labels: labels.area, slot: device.placement.slot, node: device.option.node,
          isUnarmed: device.option.isUnarmed, rules.architecture)
        contents = try ContentsExamination(of: region, outcome.geometry, in: examination)
      } catch { failure = error.commandFailure }
    }
    let state = backend.state ?? examination.state
    let sizing = SizingVerification(
      request, state: state, in: backend.fileSystem, prediction: outcome, rules: rules, labelEnd: labels.end)
    let report = BackendReport(
      request: request, rules: rules, state: state, kind: examination.kind, prediction: outcome, labels: labels,
      region: region, contents: contents?.contents ?? [], host: host.state,
      findings: host.findings + sizing.findings.map { $0.asOfCommand(outcome) } + labels.findings
        + (region?.findings ?? []) + (contents?.findings ?? []),
      failure: examination.error.flatMap { $0.isMissing ? nil : $0.commandFailure } ?? labels.failure ?? failure)
    return BackendCheck(id: request.id, device: device, change: backend.change, report: report)
  }
}

extension Finding {
  /// A file that QEMU is told to make is no error where it starts with it.
  fileprivate func asOfCommand(_ prediction: BackendPrediction) -> Finding {
    guard rule == BackendRule.missing.rawValue, prediction.outcome == .starts else { return self }
    return Finding(
      BackendRule.missing, message, severity: .warning, stored: stored, expected: expected, offset: offset, hint: hint)
  }
}

extension BackendError {
  /// A file that QEMU makes is nothing that could not be examined: it has a finding.
  fileprivate var isMissing: Bool { reason == .missing || reason == .danglingLink }
}

extension BackendPrediction {
  /// What the whole prediction says of one backend.
  fileprivate init(
    of backend: MachinePrediction.Backend, _ device: MachinePrediction.Device?, in prediction: MachinePrediction
  ) {
    self.init()
    change = backend.change
    geometry = device?.geometry
    placement = device?.placement
    switch prediction.stop {
    case .complaint(.start(let refusal), _)? where prediction.blamed == backend.option.backend.id:
      outcome = .refuses(refusal)
    case .hang(backend.request?.path ?? "")?: outcome = .spins
    case .crash(.oddAlignment(backend.option.backend.id))?: outcome = .crashes
    default: break
    }
  }
}
