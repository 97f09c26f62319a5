import Basics
import CommandSupport
import PersistentMemory

/// A change of labels, as asked for.
enum Migration: Equatable {
  case labelSize(UInt64)
  /// Labels for a backend that has none.
  case addition(LabelSize)
  case version(LabelVersion)
  case slot(Int)
  case copy(String)
  case split(String)
  case join(String)
  case relocation(from: UInt64)
  case repair
  case restoration(String)

  /// The name of its option.
  var name: String {
    switch self {
    case .labelSize: "label-size"
    case .addition: "add-labels"
    case .version: "to-version"
    case .slot: "to-slot"
    case .copy: "to"
    case .split: "split"
    case .join: "join"
    case .relocation: "relocate-from"
    case .repair: "repair"
    case .restoration: "restore"
    }
  }

  /// The option as it is typed.
  var option: String {
    let value: String? =
      switch self {
      case .labelSize(let size), .relocation(let size): ByteCount(size).argument
      case .addition(.exactly(let size)): ByteCount(size).argument
      case .addition: "auto"
      case .version(let version): version.rawValue
      case .slot(let slot): "\(slot)"
      case .copy(let path), .split(let path), .join(let path), .restoration(let path): path.shellQuotedPath
      case .repair: nil
      }
    return "--\(name)" + (value.map { " \($0)" } ?? "")
  }

  /// The command that a hint about an area that is not found completes.
  func command(_ options: MigrateLabels) -> LabelAreaCommand {
    var line = "\(MigrateLabels.programName) \(option)"
    // Its own size says where the labels are, and --size where they are to go.
    guard case .relocation = self else { return LabelAreaCommand(line, labelSizeOption: "--from-label-size") }
    if let size = options.mappedSize { line += " --size \(size.argument)" }
    return LabelAreaCommand(line, labelSizeOption: "--from-label-size", takesMappedSize: false)
  }
}
