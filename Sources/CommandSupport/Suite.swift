/// The suite as a whole.
package enum Suite {
  /// What every program answers to `--version`.
  package static let version = "0.2.0"
}
