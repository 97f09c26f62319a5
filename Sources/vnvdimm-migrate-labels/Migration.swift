import VNVDIMMCore

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
}
