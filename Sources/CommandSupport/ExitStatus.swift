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
  /// Usage.
  case usage = 64

  package var exitCode: ExitCode { ExitCode(rawValue) }
}
