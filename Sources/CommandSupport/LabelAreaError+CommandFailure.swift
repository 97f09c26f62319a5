package import PersistentMemory

extension LabelAreaError {
  /// The failure with the status that all programs give it.
  package func failure(at path: String) -> CommandFailure { CommandFailure(.unsupported, path, description) }
}
