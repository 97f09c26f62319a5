import CLinux
package import Storage
import SystemPackage

/// The open file of an NVDIMM, with its lock, for as long as a guest has it.
package final class HeldBackend: Sendable {
  package let backend: Backend

  package init(_ backend: consuming Backend) { self.backend = backend }

  /// F at this moment; nil for a device, whose size does not change.
  var size: UInt64? {
    guard backend.kind == .regularFile, let status = try? backend.descriptor.stat() else { return nil }
    return UInt64(clamping: status.size)
  }

  /// Why no space can be had for a part of the file that has none; nil where it can, or every part has some.
  var spaceFailure: Errno? {
    guard backend.kind == .regularFile else { return nil }
    let error = Errno(rawValue: -min(clinux_take_space(backend.descriptor.rawValue), 0))
    return [.noSpace, .diskQuotaExceeded].contains(error) ? error : nil
  }
}
