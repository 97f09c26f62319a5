import CLinux
import SystemPackage

extension Backend {
  /// Takes space for every byte of a regular file; on a device there is nothing to take.
  package func allocate() throws(BackendError) {
    guard kind == .regularFile, let length = Int64(exactly: size) else { return }
    let answer = clinux_allocate(descriptor.rawValue, length)
    guard answer >= 0 else { throw BackendError(path, .cannotReserve(size, Errno(rawValue: -answer))) }
  }
}
