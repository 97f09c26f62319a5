import ArgumentParser
import Basics
package import PersistentMemory

extension LabelSize {
  /// Reads the value of `--label-size`: `auto`, `none`, or a size.
  package init(option text: String) throws {
    switch text {
    case "auto": self = .automatic
    case "none": self = .none
    case _ where text.first?.isLetter == true:
      throw ValidationError("'\(text)' is no size of a label area (expected auto, none, or a size such as 128K)")
    default: self = .exactly(try size(text).bytes)
    }
  }
}
