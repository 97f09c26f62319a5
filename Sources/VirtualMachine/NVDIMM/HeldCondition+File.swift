import Firmware
import PersistentMemory
import Storage
import SystemPackage

extension HeldCondition {
  /// `condition`, of a DIMM that a guest gets now, kept in `file` with every change of it: from now on where the file is
  /// there or the condition is news, else from the first change on.
  convenience init(_ condition: DIMMCondition, in file: ConditionFile) throws(BackendError) {
    if file.isKept || condition != DIMMCondition() {
      do throws(Errno) { try file.keep(condition, isInUse: true) } catch {
        throw BackendError(file.path, .cannotWrite(offset: 0, error))
      }
    }
    self.init(condition) { condition, isInUse throws(StorageFailure) in
      guard isInUse || file.isKept else { return }
      do throws(Errno) { try file.keep(condition, isInUse: isInUse) } catch { throw .failed }
    }
  }
}
