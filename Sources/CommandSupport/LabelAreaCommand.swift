import Basics

/// The command line that a hint completes, where a label area is not found by itself.
package struct LabelAreaCommand: Sendable {
  /// The program, with the options that stay.
  private let line: String
  private let labelSizeOption: String
  private let takesMappedSize: Bool

  /// `labelSizeOption` is the option for L; `takesMappedSize`: whether `--size` tells where the area ends.
  package init(_ line: String, labelSizeOption: String, takesMappedSize: Bool = true) {
    self.line = line
    self.labelSizeOption = labelSizeOption
    self.takesMappedSize = takesMappedSize
  }

  /// The command for an area of `labelSize` bytes at the end of the first `mappedSize` bytes, nil for all of them.
  func hint(labelSize: UInt64, mappedSize: UInt64?, path: String) -> String {
    var words = [line]
    if takesMappedSize, let mappedSize { words.append("--size \(ByteCount(mappedSize).argument)") }
    words += [labelSizeOption, ByteCount(labelSize).argument, path.shellQuotedPath]
    return words.joined(separator: " ")
  }
}
