import Basics

/// A call of vnvdimm-migrate-labels for one backend, as a hint spells it: the only place that knows how its verbs are
/// called and where their arguments stand.
public struct MigrationCommand: Hashable, Sendable {
  /// A verb, with what it is told; nil stands for what only the reader knows, and is printed in capitals.
  package enum Verb: Hashable, Sendable {
    case initialize
    case move(slot: Int)
    case relocate(from: UInt64?)
    case copy
    case split
    case join(String)
    /// `slot` is named where it is known, and asked for where `asksForSlot`; `discardsLabels` permits that labels go.
    case repair(slot: Int? = nil, asksForSlot: Bool = false, discardsLabels: Bool = false)
    case restore

    fileprivate var name: String {
      switch self {
      case .initialize: "init"
      case .move: "move"
      case .relocate: "relocate"
      case .copy: "copy"
      case .split: "split"
      case .join: "join"
      case .repair: "repair"
      case .restore: "restore"
      }
    }

    /// What stands behind the path.
    fileprivate var arguments: [String] {
      switch self {
      case .initialize: []
      case .move(let slot): ["\(slot)"]
      case .relocate(let old): [old.map { ByteCount($0).argument } ?? "OLD_SIZE"]
      case .copy: ["DESTINATION"]
      case .split: ["FILE"]
      case .join(let file): [file.shellQuotedPath]
      case .repair(let slot, let asksForSlot, let discardsLabels):
        (slot.map { ["--slot", "\($0)"] } ?? (asksForSlot ? ["--slot", "SLOT"] : []))
          + (discardsLabels ? ["--discard-labels"] : [])
      case .restore: ["BACKUP"]
      }
    }
  }

  package let path: String
  private let mappedSize: UInt64?
  private let labelSize: UInt64?

  /// For the backend at `path`. `mappedSize` is the mapped size where it has to be told, as the backend is longer, and
  /// `labelSize` the label size where the area is not found by itself; both are in bytes.
  public init(path: String, mappedSize: UInt64? = nil, labelSize: UInt64? = nil) {
    self.path = path
    self.mappedSize = mappedSize
    self.labelSize = labelSize
  }

  /// The command line for `verb`.
  package func line(_ verb: Verb) -> String {
    var words = ["vnvdimm-migrate-labels", verb.name, path.shellQuotedPath] + verb.arguments
    if let mappedSize { words += ["--size", ByteCount(mappedSize).argument] }
    if let labelSize { words += ["--label-size", ByteCount(labelSize).argument] }
    return words.joined(separator: " ")
  }
}
