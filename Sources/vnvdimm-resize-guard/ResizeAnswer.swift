import Basics
import CommandSupport
import LabelChange
import PersistentMemory

/// The answer of `plan` and `apply`.
struct ResizeAnswer {
  let plan: ResizePlan
  /// `false` for a plan.
  let isDone: Bool
  let backup: String?

  init(_ plan: ResizePlan, isDone: Bool, backup: String? = nil) {
    self.plan = plan
    self.isDone = isDone
    self.backup = backup
  }

  func print(_ output: AnswerOptions) throws {
    if output.json {
      try StandardStream.answer(json)
    } else if !output.quiet {
      try StandardStream.answer(text)
    }
  }
}

extension ResizeAnswer {
  var json: JSONValue {
    .object([
      ("format", .format), ("path", .text(plan.path)), ("changed", .boolean(isDone && plan.changesAnything)),
      ("allowed", .boolean(plan.status == .done)), ("before", .object(plan.before.members())),
      ("after", .object(plan.after.members())), ("methods", JSONValue(plan.transactions) { .text($0.method.rawValue) }),
      ("writes", JSONValue(plan.transactions.flatMap(\.writes), \.json)),
      ("largest", JSONValue(plan.transactions.map(\.largestLength).max())), ("backup", JSONValue(backup)),
      ("findings", JSONValue(plan.findings) { $0.json(about: plan.path) }), ("status", JSONValue(plan.status.rawValue)),
    ])
  }
}

extension ResizeAnswer {
  var text: String {
    let name = plan.path.escapedForTerminal
    guard plan.changesAnything else { return "\(name): nothing to change" }
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
      if let hint = finding.hintLine { lines.append("    \(hint)") }
    }
    return lines.joined(separator: "\n")
  }

  private static func text(of geometry: BackendGeometry) -> String {
    let labels = geometry.labelOffset.map { "label area \(ByteCount(geometry.labelSize)) at \($0.hex)" } ?? "no labels"
    return "mapped size \(ByteCount(geometry.mappedSize)), \(labels), guest size \(ByteCount(geometry.regionSize))"
  }

  private func row(_ name: String, _ value: String) -> String { "  \(name.padded(to: 11))\(value)" }
}
