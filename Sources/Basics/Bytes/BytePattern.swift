/// A sequence of bytes to be found in blocks, quickly: most of a block is skipped.
///
/// Source: Horspool, "Practical fast searching in strings", 1980.
package struct BytePattern: Sendable {
  private let pattern: [UInt8]
  /// How far the pattern may move, by the byte under its last place.
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

  /// Where the pattern starts in `block`, ascending.
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
