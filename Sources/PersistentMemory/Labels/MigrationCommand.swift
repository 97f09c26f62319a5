import Basics

/// A call of vnvdimm-migrate-labels for one backend, as a hint spells it: the only place that knows how its verbs are
/// called and where their arguments stand.
public struct MigrationCommand: Hashable, Sendable {
  /// A verb, with what it is told.
  package enum Verb: Hashable, Sendable {
    case initialize
    case move(slot: Int)
    case relocate(from: UInt64)
    case split(String)
    case join(String)
    /// `size` is the label size that is to be had, without taking from the guest.
    case resize(UInt64)
    /// `slot` is named where it is known; `discardsLabels` permits that labels go; a plan tells what has to be decided;
    /// `choices` are the label slots for which the first choice is taken.
    case repair(slot: Int? = nil, discardsLabels: Bool = false, isPlan: Bool = false, choices: [Int] = [])

    fileprivate var name: String {
      switch self {
      case .initialize: "init"
      case .move: "move"
      case .relocate: "relocate"
      case .split: "split"
      case .join: "join"
      case .resize: "resize"
      case .repair: "repair"
      }
    }

    /// What stands behind the path.
    fileprivate var arguments: [String] {
      switch self {
      case .initialize: []
      case .move(let slot): ["\(slot)"]
      case .relocate(let old): [ByteCount(old).argument]
      case .split(let file), .join(let file): [file.hasPrefix("-") ? "./" + file : file]
      case .resize(let size): [ByteCount(size).argument, "--keep-guest-size"]
      case .repair(let slot, let discardsLabels, let isPlan, let choices):
        (slot.map { ["--slot", "\($0)"] } ?? []) + (discardsLabels ? ["--discard-labels"] : [])
          + (isPlan ? ["--plan"] : []) + choices.flatMap { ["--choose", "\($0)=1"] }
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

  /// The command for `verb`.
  package func hint(_ verb: Verb) -> Hint {
    var command = ShellCommand("vnvdimm-migrate-labels", [verb.name], path: path)
    for argument in verb.arguments { command = command.appending(argument) }
    if let mappedSize { command = command.appending("--size", ByteCount(mappedSize).argument) }
    if let labelSize { command = command.appending("--label-size", ByteCount(labelSize).argument) }
    return .command(command)
  }
}
