import Basics
import CommandSupport
import PersistentMemory
import QEMU
import Storage

extension BackendReport {
  /// One block for people: the facts, the findings, the verdict.
  var text: String {
    var lines = ["\(name): \(facts)"] + holdings
    for finding in findings {
      lines.append("  \(finding)")
      if let hint = finding.hint { lines.append("    hint: \(hint)") }
    }
    if let failure, state.length != nil {
      lines.append("  not verified: \(failure.fact)")
      if let hint = failure.hint { lines.append("    hint: \(hint)") }
    }
    lines += prediction.warnings.map { "  QEMU prints: \($0)" }
    return (lines + ["  \(outlook)"]).joined(separator: "\n")
  }

  /// The path as it can be printed.
  var name: String { request.path.asSubject }

  /// The facts in one line.
  var facts: String {
    if let failure, state.length == nil { return failure.fact }
    func size(_ name: String, _ bytes: UInt64) -> String { "\(name) \(ByteCount(bytes))" }
    if state.length == nil, request.size == 0 { return kind?.rawValue ?? "not a backend" }
    let length = state.length.map { [size("F", $0)] } ?? []
    guard let geometry = prediction.geometry else {
      let labels = labels.source == .unknown ? ["labels not read"] : []
      return (length + (request.size > 0 ? [size("S", request.size)] : []) + labels).joined(separator: ", ")
    }
    let labels = geometry.labelOffset.map { size("L", geometry.labelSize) + " at \($0.hex)" + labelNote } ?? "no labels"
    return
      (length + [
        size("S", geometry.mappedSize), labels, size("A", geometry.alignment), size("R", geometry.regionSize),
      ]).joined(separator: ", ")
  }

  /// What the guest keeps in the backend; of many things the first few.
  private var holdings: [String] {
    let limit = 8
    let lines = contents.prefix(limit).map { window, item in
      "  holds \(item.title) in \(window), \(item.offset.hex) to \(item.end?.hex ?? "an end that is not known")"
    }
    return lines + (contents.count > limit ? ["  holds \(contents.count - limit) things more"] : [])
  }

  private var labelNote: String {
    let origin = labels.source == .found ? ", found" : ""
    guard let area = labels.area else { return " (not read\(origin))" }
    guard let index = area.indexes.current else { return " (no labels in it\(origin))" }
    let version = index.version.map { "version \($0.rawValue), " } ?? ""
    return " (\(version)\(area.usedSlots.count) of \(index.slotCount) slots used\(origin))"
  }

  /// What QEMU does with the backend.
  var outlook: String {
    let qemu = "QEMU \(rules.release)"
    switch prediction.outcome {
    case .refuses(let refusal): return "\(qemu) refuses: \(refusal)"
    case .crashes: return "\(qemu) crashes"
    case .spins: return "\(qemu) hangs: it never starts, and never says why"
    case .unknown: return "what \(qemu) does cannot be said" + missingOption
    case .starts:
      guard let placement = prediction.placement else { return "\(qemu) starts\(effect)" }
      return "\(qemu) starts\(effect); the guest sees \(ByteCount(placement.size)) at \(placement.address.hex), "
        + "slot \(placement.slot)"
    }
  }

  /// The option without which nothing can be said.
  private var missingOption: String {
    request.size == 0 ? " without --size" : labels.source == .unknown ? " without --label-size" : ""
  }

  /// What becomes of the backend by it.
  private var effect: String {
    switch prediction.change {
    case .none: ""
    case .created(let size): " and creates the file with \(ByteCount(size))"
    case .extended(let from, let to): " and extends the file from \(ByteCount(from)) to \(ByteCount(to))"
    case .truncated(let from, let to): " and cuts the file from \(ByteCount(from)) to \(ByteCount(to))"
    case .volatile: " and keeps nothing of what the guest writes"
    }
  }
}
