/// A release of QEMU, such as 7.2, of which the third number changes nothing that is described here.
package struct QEMURelease: Hashable, Comparable, Sendable {
  package let major: Int
  package let minor: Int

  /// Every release whose rules are described, oldest first: those with a virtual NVDIMM.
  package static let described: [QEMURelease] = [
    (2, 6...12), (3, 0...1), (4, 0...2), (5, 0...2), (6, 0...2), (7, 0...2), (8, 0...2), (9, 0...2), (10, 0...2),
  ].flatMap { (major: Int, minors: ClosedRange<Int>) in minors.map { QEMURelease(major, $0) } }

  /// The newest release whose rules are described.
  package static let newest = QEMURelease(10, 2)

  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads `7.2` or `7.2.22`. Nil where the text names no release that is described.
  package init?(parsing text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(part) : nil
    }
    guard (2...3).contains(parts.count), numbers.count == parts.count else { return nil }
    self.init(numbers[0], numbers[1])
    guard Self.described.contains(self) else { return nil }
  }

  package static func < (left: QEMURelease, right: QEMURelease) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}

extension QEMURelease: CustomStringConvertible {
  package var description: String { "\(major).\(minor)" }
}
