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

  /// The finding that the guest, of whose DIMM `mappedSize` bytes are mapped, looks for labels elsewhere, and shows none
  /// of `namespaces`. `hint` brings the two together.
  package func elsewhere(mappedSize: UInt64, hiding namespaces: [LabelledNamespace], hint: Hint) -> Finding {
    let named = namespaces.prefix(4).map { NamespaceIdentity($0).description }.joined(separator: ", ")
    let more = namespaces.count > 4 ? " and \(namespaces.count - 4) more" : ""
    return Finding(
      BackendRule.labelAreaElsewhere,
      "the label area was made for another mapped size: the guest does not see "
        + (namespaces.isEmpty ? "its labels" : named + more),
      severity: .error, stored: ByteCount(end).precise, expected: ByteCount(mappedSize).precise, offset: offset,
      hint: hint)
  }
}
