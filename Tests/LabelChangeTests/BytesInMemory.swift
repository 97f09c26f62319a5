import LabelChange
import PersistentMemory

/// Tests hold label areas in memory.
extension LabelAreaPlacement {
  init(offset: UInt64, bytes: [UInt8]) { self.init(offset: offset, bytes: SparseBytes(bytes)) }
}

extension LabelledBackend {
  func relocated(to target: BackendGeometry, occupant: [UInt8]) throws(MigrationRefusal) -> LabelAreaChange {
    try relocated(to: target, occupant: SparseBytes(occupant))
  }
}

extension LabelAreaChange.Rewrite {
  init(offset: UInt64, before: [UInt8], after: [UInt8]) {
    self.init(offset: offset, before: SparseBytes(before), after: SparseBytes(after))
  }
}

extension StorageStep {
  static func write(offset: UInt64, bytes: [UInt8]) -> StorageStep { .write(offset: offset, bytes: SparseBytes(bytes)) }
}
