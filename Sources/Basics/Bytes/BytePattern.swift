/// A sequence of bytes to be found in blocks. The search is fast because it skips most of a block.
///
/// Source: Horspool, "Practical fast searching in strings", 1980.
package struct BytePattern: Sendable {
  private let pattern: [UInt8]
  /// The distance that the pattern may move, by the byte under its last position.
  private let steps: [Int]

  /// `pattern` must not be empty.
  package init(_ pattern: [UInt8]) {
    precondition(!pattern.isEmpty, "nothing to be found")
    self.pattern = pattern
    var steps = [Int](repeating: pattern.count, count: 256)
    for (index, byte) in pattern.dropLast().enumerated() { steps[Int(byte)] = pattern.count - 1 - index }
    self.steps = steps
  }

  package var count: Int { pattern.count }

  /// Returns the offsets of the pattern in `block`, in ascending order.
  package func offsets(in block: [UInt8]) -> [Int] {
    var found: [Int] = []
    var offset = 0
    while offset <= block.count - pattern.count {
      let last = block[offset + pattern.count - 1]
      if last == pattern[pattern.count - 1], block[offset..<offset + pattern.count].elementsEqual(pattern) {
        found.append(offset)
      }
      offset += steps[Int(last)]
    }
    return found
  }
}
