import Basics
import CommandSupport
import PersistentMemory
import QEMU

extension CommandCheck {
  /// A block for people: each backend with its device and its findings, what concerns the machine, the verdict.
  var text: String {
    var lines: [String] = []
    for backend in backends { lines += self.lines(for: backend) }
    for finding in findings { lines += finding.lines }
    lines += prediction.warnings.map { "QEMU prints: \($0)" }
    return (lines + [verdict] + remains + answers).joined(separator: "\n")
  }

  private func lines(for backend: BackendCheck) -> [String] {
    let report = backend.report
    var lines = ["\(backend.id): \(report.name): \(report.facts)"]
    if let device = backend.device {
      let place = device.placement
      let name = device.option.id.map { " \($0)" } ?? ""
      lines.append(
        "  nvdimm\(name): slot \(place.slot), handle \(UInt64(NVDIMMDescription.handle(slot: place.slot)).hex), "
          + "serial \(UInt64(NVDIMMDescription.serialNumber(slot: place.slot)).hex), \(ByteCount(place.size)) at "
          + "\(place.address.hex), node \(device.option.node)")
    }
    lines += report.findings.flatMap(\.lines).map { "  " + $0 }
    if let failure = report.failure, report.state.length != nil { lines.append("  not verified: \(failure.fact)") }
    return lines
  }

  /// What the monitor says to each command.
  private var answers: [String] {
    prediction.answers.enumerated().map { index, complaint in
      "hotplug \(index + 1): " + (complaint.map { "refused: \($0)" } ?? "done")
    }
  }

  /// What QEMU does, in one line.
  var verdict: String {
    let qemu = "QEMU \(rules.release)"
    switch prediction.stop {
    case nil: return "\(qemu) starts"
    case .complaint?: return "\(qemu) refuses: \(prediction.message ?? "")"
    case .help?: return "\(qemu) prints its help, and ends"
    case .crash?: return "\(qemu) crashes"
    case .hang?: return "\(qemu) hangs: it never starts, and never says why"
    case .unknown(let reason)?: return "what \(qemu) does cannot be said: \(reason) is not described"
    }
  }

  /// What becomes of files, whether QEMU starts or not.
  private var remains: [String] {
    let ending = prediction.stop == nil ? "" : ", and leaves it behind"
    return prediction.backends.compactMap { backend in
      guard let path = backend.request?.path.escapedForTerminal else { return nil }
      switch backend.change {
      case .none: return nil
      case .volatile: return "  it keeps nothing of what the guest writes to \(path)"
      case .created(let size): return "  it creates \(path) with \(ByteCount(size))\(ending)"
      case .extended(let from, let to): return "  it extends \(path) from \(ByteCount(from)) to \(ByteCount(to))"
      case .truncated(let from, let to): return "  it cuts \(path) from \(ByteCount(from)) to \(ByteCount(to))"
      }
    }
  }
}

extension Finding {
  fileprivate var lines: [String] { [description] + (hint.map { ["  hint: \($0)"] } ?? []) }
}
