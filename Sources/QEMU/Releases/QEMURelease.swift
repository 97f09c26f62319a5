/// A release of QEMU, such as 7.2. A third number changes nothing that is described here.
package struct QEMURelease: Hashable, Comparable, Sendable {
  package let major: Int
  package let minor: Int

  /// Every release whose rules are described, oldest first: those with a virtual NVDIMM.
  package static let described: [QEMURelease] = [
    (2, 6...12), (3, 0...1), (4, 0...2), (5, 0...2), (6, 0...2), (7, 0...2), (8, 0...2), (9, 0...2), (10, 0...2),
    (11, 0...1),
  ].flatMap { (major: Int, minors: ClosedRange<Int>) in minors.map { QEMURelease(major, $0) } }

  /// The newest release whose rules are described. Later ones are judged by the same rules.
  package static let newest = QEMURelease(11, 1)

  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads a release in the usual spellings: `7.2`, `7.2.22`, `1:7.2+dfsg-7+deb12u18`, `10.0.2 (Debian 1:10.0.2+ds-2)`,
  /// or the first line of `qemu-system-x86_64 --version`.
  ///
  /// `nil` if the text names no release of QEMU with a virtual NVDIMM. Releases newer than every described one count as
  /// such.
  package init?(parsing text: String) {
    var rest = Substring(text)
    if let words = rest.firstRange(of: "version ") { rest = rest[words.upperBound...] }
    // The epoch of a package.
    if let colon = rest.firstIndex(of: ":"), rest[..<colon].utf8.allSatisfy(\.isDigit) {
      rest = rest[rest.index(after: colon)...]
    }
    let version = rest.prefix { $0 == "." || $0.utf8.allSatisfy(\.isDigit) }
    let suffix = rest[version.endIndex...]
    guard suffix.isEmpty || "+-~ (".contains(suffix[suffix.startIndex]) else { return nil }
    let parts = version.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard (2...3).contains(parts.count), numbers.count == parts.count else { return nil }
    let named = QEMURelease(numbers[0], numbers[1])
    guard named > .newest || Self.described.contains(named) else { return nil }
    // X.Y.50 and above are development versions of the next release.
    let isAhead = numbers.count == 3 && numbers[2] >= 50
    self = isAhead ? Self.described.first { $0 > named } ?? QEMURelease(named.major, named.minor + 1) : named
  }

  /// Whether the release is newer than every described one.
  package var isNewerThanDescribed: Bool { self > .newest }

  package static func < (left: QEMURelease, right: QEMURelease) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}

extension QEMURelease: CustomStringConvertible {
  package var description: String { "\(major).\(minor)" }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

/// The releases that have a feature: from one release on, up to its removal if there is one.
package struct ReleaseRange: Hashable, Sendable {
  /// The first release that has the feature.
  package let first: QEMURelease
  /// The first release that no longer has the feature; `nil` if all later ones have it.
  package let end: QEMURelease?

  package static let all = ReleaseRange(first: QEMURelease(0, 0), end: nil)

  package static func since(_ major: Int, _ minor: Int) -> ReleaseRange {
    ReleaseRange(first: QEMURelease(major, minor), end: nil)
  }

  package static func before(_ major: Int, _ minor: Int) -> ReleaseRange {
    ReleaseRange(first: QEMURelease(0, 0), end: QEMURelease(major, minor))
  }

  /// Returns this range without the release `major.minor` and later ones.
  package func before(_ major: Int, _ minor: Int) -> ReleaseRange {
    ReleaseRange(first: first, end: QEMURelease(major, minor))
  }

  package func contains(_ release: QEMURelease) -> Bool { release >= first && end.map { release < $0 } ?? true }
}
