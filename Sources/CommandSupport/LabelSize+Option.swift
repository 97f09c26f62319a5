package import VNVDIMMCore

extension LabelSize {
  /// Reads the value of `--label-size`: `auto`, `none`, or a size.
  package init(option text: String) throws {
    switch text {
    case "auto": self = .automatic
    case "none": self = .none
    default: self = .exactly(try size(text).bytes)
    }
  }
}
