/// The releases that have something: from one on, and until another takes it away.
package struct ReleaseRange: Hashable, Sendable {
  /// The first that has it.
  package let first: QEMURelease
  /// The first that has it no more; nil where all later ones have it.
  package let end: QEMURelease?

  package static let all = ReleaseRange(first: QEMURelease(0, 0), end: nil)

  package static func since(_ major: Int, _ minor: Int) -> ReleaseRange {
    ReleaseRange(first: QEMURelease(major, minor), end: nil)
  }

  package static func before(_ major: Int, _ minor: Int) -> ReleaseRange {
    ReleaseRange(first: QEMURelease(0, 0), end: QEMURelease(major, minor))
  }

  /// The same without `release` and what is later.
  package func before(_ major: Int, _ minor: Int) -> ReleaseRange {
    ReleaseRange(first: first, end: QEMURelease(major, minor))
  }

  package func contains(_ release: QEMURelease) -> Bool { release >= first && end.map { release < $0 } ?? true }
}
