import CLinux
import Firmware
import PersistentMemory
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

extension HeldCondition {
  /// `condition`, of a DIMM that a guest gets now, kept in `file` with every change of it: from now on where the file is
  /// there or the condition is news, else from the first change on.
  convenience init(_ condition: DIMMCondition, in file: ConditionFile) throws(BackendError) {
    if file.isKept || condition != DIMMCondition() {
      do throws(Errno) { try file.keep(condition, isInUse: true) } catch {
        // What has the name and does not count is not ours to replace.
        throw BackendError(file.path, error == .fileExists ? .exists : .cannotWrite(offset: 0, error))
      }
    }
    self.init(condition) { condition, isInUse throws(StorageFailure) in
      guard isInUse || file.isKept else { return }
      do throws(Errno) { try file.keep(condition, isInUse: isInUse) } catch { throw .failed }
    }
  }
}

/// How what is written to an NVDIMM becomes durable on the host.
package enum Durability: Equatable, Sendable {
  /// Never: RAM, a private copy of a file, or a backend that takes no writes.
  case none
  /// The host's page cache holds it until the backend is synchronised.
  case pageCache
  /// Once the guest flushes it: until then it is in a private copy of the backend, and lost when the power goes.
  case onFlush
  /// As soon as it has left the CPU's caches: a DAX device, or a file that is mapped with MAP_SYNC.
  case direct
}
