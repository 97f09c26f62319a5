import Basics

/// The call of vnvdimm-migrate-labels that changes the label area of one backend, for a hint.
package struct MigrationCommand: Hashable, Sendable {
  private let path: String
  private let mappedSize: UInt64?
  private let labelSize: UInt64?

  /// For the backend at `path`. `mappedSize` is S where it has to be told, as the backend is longer, and `labelSize` is
  /// L where the area is not found by itself.
  package init(path: String, mappedSize: UInt64? = nil, labelSize: UInt64? = nil) {
    self.path = path
    self.mappedSize = mappedSize
    self.labelSize = labelSize
  }

  /// The command line for `change`, such as `--to-slot 1`.
  package func line(_ change: String) -> String {
    var words = ["vnvdimm-migrate-labels", change]
    if let mappedSize { words.append("--size \(ByteCount(mappedSize).argument)") }
    if let labelSize { words.append("--from-label-size \(ByteCount(labelSize).argument)") }
    return (words + [path.shellQuotedPath]).joined(separator: " ")
  }
}
