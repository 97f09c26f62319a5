import Basics
import CommandSupport
import LabelChange
import PersistentMemory

/// What `plan` and `apply` answer.
struct ResizeAnswer {
  let plan: ResizePlan
  /// False where this is a plan.
  let isDone: Bool
  let backup: String?

  init(_ plan: ResizePlan, isDone: Bool, backup: String? = nil) {
    self.plan = plan
    self.isDone = isDone
    self.backup = backup
  }

  func print(_ output: OutputOptions) throws {
    if output.json {
      try StandardStream.answer(JSONAnswer.text(of: self))
    } else if !output.quiet {
      try StandardStream.answer(text)
    }
  }
}

extension ResizeAnswer: Encodable {
  private enum Keys: String, CodingKey {
    case format, path, changed, allowed, before, after, methods, writes, largest, backup, findings, status
  }

  private struct Layout: Encodable {
    let size: UInt64
    let labelSize: UInt64
    let labelOffset: UInt64?
    let align: UInt64
    let region: UInt64

    private enum CodingKeys: String, CodingKey {
      case size, labelSize = "label_size", labelOffset = "label_offset", align, region
    }

    init(_ geometry: BackendGeometry) {
      size = geometry.mappedSize
      labelSize = geometry.labelSize
      labelOffset = geometry.labelOffset
      align = geometry.alignment
      region = geometry.regionSize
    }
  }

  func encode(to encoder: any Encoder) throws {
    var answer = encoder.container(keyedBy: Keys.self)
    try answer.encode(1, forKey: .format)
    try answer.encode(plan.path, forKey: .path)
    try answer.encode(isDone && plan.changesAnything, forKey: .changed)
    try answer.encode(plan.status == .done, forKey: .allowed)
    try answer.encode(Layout(plan.before), forKey: .before)
    try answer.encode(Layout(plan.after), forKey: .after)
    try answer.encode(plan.transactions.map(\.method), forKey: .methods)
    try answer.encode(plan.transactions.flatMap(\.writes), forKey: .writes)
    try answer.encode(plan.transactions.map(\.largestLength).max(), forKey: .largest)
    try answer.encode(backup, forKey: .backup)
    try answer.encode(plan.findings, forKey: .findings)
    try answer.encode(plan.status.rawValue, forKey: .status)
  }
}

extension ResizeAnswer {
  var text: String {
    let name = plan.path.escapedForTerminal
    guard plan.changesAnything else { return "\(name): nothing to be changed" }
    let verb = plan.after.mappedSize > plan.before.mappedSize ? "longer" : "shorter"
    let title =
      plan.status != .done ? "would not become \(verb)" : isDone ? "made \(verb)" : "would become \(verb)"
    var lines = ["\(name): \(title)"]
    lines += [row("before", Self.text(of: plan.before)), row("after", Self.text(of: plan.after))]
    for transaction in plan.transactions {
      lines.append(row("method", transaction.explanation))
      lines += transaction.writes.map { row("writes", $0.description) }
    }
    if let backup { lines.append(row("backup", backup.escapedForTerminal)) }
    let labels = plan.after.labelSize == 0 ? "" : ",label-size=\(plan.after.labelSize)"
    lines.append(row("QEMU", "size=\(plan.after.mappedSize)\(labels)"))
    for finding in plan.findings {
      lines.append("  \(plan.forbids(finding) || finding.severity != .error ? "" : "allowed: ")\(finding)")
      if let hint = finding.hint { lines.append("    hint: \(hint)") }
    }
    return lines.joined(separator: "\n")
  }

  private static func text(of geometry: BackendGeometry) -> String {
    let labels = geometry.labelOffset.map { "label area \(ByteCount(geometry.labelSize)) at \($0.hex)" } ?? "no labels"
    return "mapped size \(ByteCount(geometry.mappedSize)), \(labels), guest size \(ByteCount(geometry.regionSize))"
  }

  private func row(_ name: String, _ value: String) -> String { "  \(name.padded(to: 11))\(value)" }
}
