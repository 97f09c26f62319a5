import Basics
import CommandSupport
import PersistentMemory
import QEMU
import Storage

extension MachineReport {
  /// A block for people: each backend with its device and its findings, the findings about the machine, and the
  /// verdict.
  package var text: String {
    var lines = lines
    lines += prediction.warnings.map { "QEMU prints: \($0)".escapedForTerminal }
    return (lines + [verdict] + remains + answers + confirmationLines + assumptions).joined(separator: "\n")
  }

  /// Each backend with its device and its findings, and what concerns the machine.
  package var lines: [String] {
    backends.flatMap { $0.lines(withID: namesBackends) } + findings.flatMap(\.lines)
  }

  /// Which release is meant where whoever asks has not named it, and why.
  package var assumptions: [String] {
    basis.explanation.map { ["QEMU's release is \($0)"] } ?? []
  }

  /// The answer of the installed QEMU.
  package var confirmationLines: [String] {
    guard let confirmation else { return [] }
    let program = confirmation.program.escapedForTerminal
    let without = confirmation.leftOut.isEmpty ? [] : ["  left out: \(confirmation.leftOut.joined(separator: ", "))"]
    switch confirmation.outcome {
    case .confirmed: return ["confirmed: \(program) does the same with empty files"] + without
    case .contradicted(let predicted, let real):
      return [
        "contradicted: \(program) does something else with empty files, which is a bug in vnvdimm",
        "  predicted: \(predicted)", "  QEMU: \(real)",
      ].map(\.escapedForTerminal) + without
    case .impossible(let reason): return ["not confirmed: \(reason)".escapedForTerminal]
    }
  }

  /// The behavior of QEMU in one line.
  package var verdict: String {
    let qemu = "QEMU \(rules.release)"
    switch prediction.stop {
    case nil: return "\(qemu) starts"
    case .complaint?: return "\(qemu) refuses: \((prediction.message ?? "").escapedForTerminal)"
    case .help?: return "\(qemu) prints its help, and ends"
    case .crash?: return "\(qemu) crashes"
    case .hang?: return "\(qemu) hangs: it never starts, and never says why"
    case .unsaid(let what)?: return "what \(qemu) does is not known without \(what.rawValue)"
    case .unknown(let reason)?:
      return "what \(qemu) does is not known: vnvdimm does not know \(reason)".escapedForTerminal
    }
  }

  /// One line for each backend with the facts that matter among many machines, then one line for each finding.
  package var line: String {
    let rows = backends.flatMap { backend in
      ["\(backend.path.asSubject): \(verdict), \(backend.facts)"]
        + backend.findings.map { "  \($0)" }
    }
    return (rows + findings.map(\.description)).joined(separator: "\n")
  }

  /// The changes of files that remain, whether QEMU starts or not.
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

  /// The monitor's answer to each command.
  private var answers: [String] {
    prediction.answers.enumerated().map { index, complaint in
      "hotplug \(index + 1): " + (complaint.map { "refused: \($0)".escapedForTerminal } ?? "done")
    }
  }
}

extension BackendReport {
  /// Returns the facts about the backend, its contents, its device and its findings.
  func lines(withID: Bool) -> [String] {
    var lines = ["\(withID ? "\(id): " : "")\(path.asSubject): \(facts)"] + holdings
    if let device {
      let place = device.placement
      let name = device.option.id.map { " \($0)" } ?? ""
      let range = "\(ByteCount(place.size)) at \(place.address.hex)"
      switch device.option.kind {
      case .nvdimm, .dimm:
        lines.append(
          "  nvdimm\(name): DIMM slot \(place.slot), \(range), node \(device.option.node), handle "
            + "\(UInt64(NVDIMMDescription.handle(slot: place.slot)).hex), serial "
            + "\(UInt64(NVDIMMDescription.serialNumber(slot: place.slot)).hex)")
      case .persistentMemory: lines.append("  virtio-pmem\(name): \(range)")
      }
    }
    lines += findings.flatMap(\.lines).map { "  " + $0 }
    if let failure, fileSize != nil {
      lines.append("  not verified: \(failure.fact.escapedForTerminal)")
      if let hint = failure.hint { lines.append("    \(hint.asHintLine)") }
    }
    return lines
  }

  /// The facts in one line.
  fileprivate var facts: String {
    if let failure, fileSize == nil { return failure.fact.escapedForTerminal }
    guard fileSize != nil || mappedSize != nil else { return kind?.rawValue ?? "not a backend" }
    var facts = sizes
    if let geometry {
      facts.insert(labelText(geometry), at: facts.count - (facts.last?.hasPrefix("guest") == true ? 1 : 0))
    } else if labels.source == .unknown {
      facts.append("labels not read")
    }
    return facts.joined(separator: ", ")
  }

  /// The known sizes, without those that follow from others.
  private var sizes: [String] {
    let mapped = mappedSize == fileSize ? nil : mappedSize
    let alignment = geometry.flatMap { $0.alignment == 4096 ? nil : $0.alignment }
    let all: [(name: String, bytes: UInt64?)] = [
      ("file size", fileSize), ("mapped size", mapped), ("alignment", alignment), ("guest size", geometry?.regionSize),
    ]
    return all.compactMap { name, bytes in bytes.map { "\(name) \(ByteCount($0))" } }
  }

  private func labelText(_ geometry: BackendGeometry) -> String {
    guard let offset = geometry.labelOffset else { return "no labels" }
    let origin = labels.source == .found ? ", found" : ""
    let note: String
    if let area = labels.area, let index = area.indexes.current {
      let version = index.version.map { "version \($0.rawValue), " } ?? ""
      note = "\(version)\(area.usedSlots.count) of \(index.slotCount) label slots used"
    } else {
      note = labels.area == nil ? "not read" : "no labels in it"
    }
    return "label area \(ByteCount(geometry.labelSize)) at \(offset.hex) (\(note)\(origin))"
  }

  /// The guest's data in the backend; only the first few items of many.
  private var holdings: [String] {
    let limit = 8
    let lines = contents.prefix(limit).map { window, item in
      "  holds \(item.title) in \(window), \(item.offset.hex) to \(item.end?.hex ?? "an end that is not known")"
    }
    return lines + (contents.count > limit ? ["  holds \(contents.count - limit) more"] : [])
  }
}

extension Finding {
  fileprivate var lines: [String] { [description] + (hintLine.map { ["  \($0)"] } ?? []) }
}
