import Basics
import CommandSupport
import PersistentMemory
import QEMU

extension BackendReport {
  /// The facts that matter among many backends on one line, then a line for each finding.
  var line: String {
    let sizes: [(String, UInt64?)] = [
      ("F", state.length), ("S", sizeIfOther), ("L", labelled), ("R", prediction.geometry?.regionSize),
    ]
    let facts = [headline] + sizes.compactMap { name, bytes in bytes.map { "\(name) \(ByteCount($0))" } } + slotsUsed
    let lines = ["\(name): \(facts.joined(separator: ", "))"]
    return (lines + findings.map { "  \($0)" }).joined(separator: "\n")
  }

  private var headline: String {
    let release = "QEMU \(rules.release)"
    if let failure, state.length == nil { return failure.fact }
    return switch prediction.outcome {
    case .starts: "\(release) starts"
    case .refuses: "\(release) refuses"
    case .crashes: "\(release) crashes"
    case .spins: "\(release) hangs"
    case .unknown: "not known"
    }
  }

  /// S where it is not what F is.
  private var sizeIfOther: UInt64? {
    let size = prediction.geometry?.mappedSize ?? request.size
    return size == state.length ? nil : size
  }

  private var labelled: UInt64? { prediction.geometry.flatMap { $0.labelSize > 0 ? $0.labelSize : nil } }

  private var slotsUsed: [String] {
    guard let area = labels.area, let index = area.indexes.current else { return [] }
    return ["\(area.usedSlots.count) of \(index.slotCount) slots used"]
  }
}
