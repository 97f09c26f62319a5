import ArgumentParser
import CommandSupport
import VNVDIMMCore

/// The value of `--label-size`.
enum LabelSizeOption: Equatable {
  /// As large as the label area that is found.
  case automatic
  case none
  case exactly(UInt64)

  init(option text: String) throws {
    switch text {
    case "auto": self = .automatic
    case "none": self = .none
    default: self = .exactly(try size(text).bytes)
    }
  }
}
