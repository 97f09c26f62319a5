import Basics
import CommandSupport
import LabelChange
import PersistentMemory

extension MigrationAnswer {
  /// The answer for people.
  var text: String {
    let path = path.escapedForTerminal
    var lines = [interruption].compactMap(\.self)
    guard let transaction else { return lines.joined(separator: "\n") }
    guard transaction.method != .none else {
      // That a change was finished is all there is to say.
      guard lines.isEmpty || !repairs.isEmpty else { return lines.joined(separator: "\n") }
      let rows = repairs.map { row("repair", $0.description) }
      let outcome = rows.isEmpty ? "nothing to change" : "nothing is changed before it is decided"
      return (lines + ["\(path): \(outcome)"] + rows).joined(separator: "\n")
    }
    lines.append("\(path): labels \(isDone ? "changed" : "planned")")
    lines += [row("before", Self.text(of: before)), row("after", Self.text(of: after)), row("method", method)]
    if let backup { lines.append(row("backup", backup.escapedForTerminal)) }
    let change = transaction.change
    if change.lengthBefore != change.lengthAfter {
      lines.append(row("file", "\(ByteCount(change.lengthBefore)), then \(ByteCount(change.lengthAfter))"))
    }
    if let after = change.after, change.before?.end != after.end || change.before?.bytes.count != after.bytes.count {
      lines.append(row("configure", "size=\(after.end) and label-size=\(after.bytes.count)"))
    }
    lines += transaction.writes.map { row("writes", $0.description) }
    lines += repairs.map { row("repair", $0.description) }
    for namespace in after?.namespaces ?? [] {
      let name = namespace.name.isEmpty ? "" : " \(namespace.name.debugDescription)"
      lines.append(row("namespace", "\(namespace.uuid.lowercased)\(name), \(ByteCount(namespace.size))"))
    }
    return lines.joined(separator: "\n")
  }

  private var interruption: String? {
    let what: String? =
      switch (interrupted, isDone) {
      case (nil, _): nil
      case (.back, true): "an interrupted change is undone: the labels are as they were"
      case (.back, false): "an interrupted change would be undone: the labels are as they were"
      case (.forward, true): "an interrupted change is completed"
      case (.forward, false): "an interrupted change would be completed"
      }
    return what.map { "\(path.escapedForTerminal): \($0)" }
  }

  private var method: String { transaction?.explanation ?? "none" }

  private static func text(of area: Area?) -> String {
    guard let area else { return "no label area" }
    let version = area.version.map { "version \($0.rawValue)" } ?? "without an index"
    let slot = area.slot.map { ", for slot \($0)" } ?? ""
    return "\(ByteCount(UInt64(area.size))) at \(area.offset.hex), \(version)\(slot)"
  }

  private func row(_ name: String, _ value: String) -> String { "  \(name.padded(to: 11))\(value)" }
}
