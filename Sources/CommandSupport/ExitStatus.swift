package import ArgumentParser

/// The exit statuses that all programs of the suite share.
package enum ExitStatus: Int32, Sendable {
  /// Done, consistent.
  case done = 0
  /// Could not complete: I/O, permission, missing resource.
  case incomplete = 1
  /// Damage found, or an unsafe change refused.
  case damaged = 2
  /// Only harmless irregularities.
  case irregular = 3
  /// Not a backend, or not supported.
  case unsupported = 63
  /// Usage error.
  case usage = 64

  package var exitCode: ExitCode { ExitCode(rawValue) }
}

extension Sequence<ExitStatus> {
  /// The most serious status; `done` if there is none.
  package var gravest: ExitStatus { reduce(.done) { $0.graver($1) } }
}

extension ExitStatus {
  /// Returns the more serious of two statuses.
  package func graver(_ other: ExitStatus) -> ExitStatus {
    let order: [ExitStatus] = [.done, .irregular, .unsupported, .incomplete, .damaged]
    let ranks = [self, other].map { order.firstIndex(of: $0) ?? order.count }
    return ranks[0] >= ranks[1] ? self : other
  }
}
