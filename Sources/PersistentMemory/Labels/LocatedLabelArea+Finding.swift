package import Basics

extension LocatedLabelArea {
  /// The finding that the backend at `path`, of `length` bytes, ends before this area does: damage where a device is to
  /// have labels.
  package func cutOff(in path: String, length: UInt64, hasLabels: Bool) -> Finding {
    Finding(
      BackendRule.labelAreaCutOff,
      "the end of the backend cuts off the label area at \(offset.hex): the backend was made shorter",
      severity: hasLabels ? nil : .warning, stored: ByteCount(length - offset).precise,
      expected: ByteCount(UInt64(size)).precise, offset: offset,
      hint: end.isMultiple(of: 4096) ? .command("truncate", "-s", "\(end)", path: path) : nil)
  }
}
