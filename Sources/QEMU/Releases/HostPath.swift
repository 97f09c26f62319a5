/// What a path leads to on the host before QEMU starts, for backends that are written and for those that are read.
package struct HostPath: Equatable, Sendable {
  package var forWriting: BackendState
  package var forReading: BackendState
  /// The same for two paths that lead to one file, or to one that will be made.
  package var identity: String
  package var fileSystem: HostFileSystem

  package init(
    forWriting: BackendState, forReading: BackendState, identity: String, fileSystem: HostFileSystem = .common
  ) {
    self.forWriting = forWriting
    self.forReading = forReading
    self.identity = identity
    self.fileSystem = fileSystem
  }
}
