package import LabelChange

extension Backend {
  /// The change of its label area that a crash interrupted; nil where there is none.
  package func unfinishedChange() throws(BackendError) -> UnfinishedChange? {
    // A non-copyable value cannot be captured by an escaping closure; this does not escape.
    try UnfinishedChange.find(
      length: size, canGrow: kind == .regularFile,
      read: { (offset, count) throws(BackendError) in try read(at: offset, count: count) })
  }

  /// Throws where a change of its label area is not at its end: nothing else can be trusted, and nothing else is to be
  /// done.
  package func checkSettled() throws(BackendError) {
    if try unfinishedChange() != nil { throw BackendError(path, .unfinishedChange) }
  }

  /// Whether all bytes of `range` are zero; holes are not read.
  package func isBlank(_ range: Range<UInt64>) throws(BackendError) -> Bool {
    for data in dataRanges(in: range) {
      for start in stride(from: data.lowerBound, to: data.upperBound, by: Self.chunk) {
        let bytes = try read(at: start, count: min(Self.chunk, Int(data.upperBound - start)))
        guard bytes.allSatisfy({ $0 == 0 }) else { return false }
      }
    }
    return true
  }

  private static let chunk = 1 << 20
}
