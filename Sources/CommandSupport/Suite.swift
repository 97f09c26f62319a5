/// The suite as a whole.
package enum Suite {
  /// The answer of all programs to `--version`.
  package static let version = "0.2.0"
}
