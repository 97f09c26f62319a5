import CLinux
import Firmware
import PersistentMemory
package import Storage
import SystemPackage

/// The open and locked file of an NVDIMM that a guest uses.
package final class HeldBackend: Sendable {
  package let backend: Backend

  package init(_ backend: consuming Backend) { self.backend = backend }

  /// F at this moment; `nil` for a device, whose size does not change.
  var size: UInt64? {
    guard backend.kind == .regularFile, let status = try? backend.descriptor.stat() else { return nil }
    return UInt64(clamping: status.size)
  }

  /// The reason why a hole in the file cannot get space; `nil` if it can, or if there are no holes.
  var spaceFailure: Errno? {
    guard backend.kind == .regularFile else { return nil }
    let error = Errno(rawValue: -min(clinux_take_space(backend.descriptor.rawValue), 0))
    return [.noSpace, .diskQuotaExceeded].contains(error) ? error : nil
  }
}

extension HeldCondition {
  /// Holds `condition`, of a DIMM that a guest is about to use, and keeps it in `file` with every change: from now on
  /// if the file exists or the condition is not that of a new DIMM, otherwise from the first change on.
  convenience init(_ condition: DIMMCondition, in file: ConditionFile) throws(BackendError) {
    if file.isKept || condition != DIMMCondition() {
      do throws(Errno) { try file.keep(condition, isInUse: true) } catch {
        // A file that has the name but does not count is not ours to replace.
        throw BackendError(file.path, error == .fileExists ? .exists : .cannotWrite(offset: 0, error))
      }
    }
    self.init(condition) { condition, isInUse throws(StorageFailure) in
      guard isInUse || file.isKept else { return }
      do throws(Errno) { try file.keep(condition, isInUse: isInUse) } catch { throw .failed }
    }
  }
}

/// How writes to an NVDIMM become durable on the host.
package enum Durability: Equatable, Sendable {
  /// Never: RAM, a private copy of a file, or a read-only backend.
  case none
  /// When the backend is synchronised; until then they are in the host's page cache.
  case pageCache
  /// When the guest flushes them; until then they are in a private copy of the backend, and lost if the power fails.
  case onFlush
  /// As soon as they have left the CPU's caches: a DAX device, or a file mapped with MAP_SYNC.
  case direct
}
