import Basics
import LabelChange

/// A backend in memory, in the state after all writes have arrived.
struct SimulatedDisk: Hashable {
  private(set) var bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var length: UInt64 { UInt64(bytes.count) }

  mutating func apply(_ step: StorageStep) {
    switch step {
    case .write(let offset, let new):
      let range = Int(offset)..<Int(offset) + new.count
      if range.upperBound > bytes.count { resize(to: range.upperBound) }
      bytes.replaceSubrange(range, with: new.array)
    case .copy(let range, let offset):
      let new = [UInt8](bytes[Int(range.lowerBound)..<Int(range.upperBound)])
      apply(.write(offset: offset, bytes: SparseBytes(new)))
    case .flush: break
    case .resize(let length): resize(to: Int(length))
    }
  }

  /// Changes the length of the disk; added bytes read as zeros.
  mutating func resize(to length: Int) {
    bytes = bytes.prefix(length) + [UInt8](repeating: 0, count: max(0, length - bytes.count))
  }

  func applying(_ steps: some Sequence<StorageStep>) -> SimulatedDisk {
    var disk = self
    for step in steps { disk.apply(step) }
    return disk
  }

  /// Copies the bytes of `range` from `other`.
  mutating func take(_ range: Range<Int>, of other: SimulatedDisk) {
    bytes.replaceSubrange(range, with: other.bytes[range])
  }

  var unfinished: UnfinishedChange? { unfinished(canGrow: true) }

  func unfinished(canGrow: Bool) -> UnfinishedChange? {
    UnfinishedChange.find(
      length: length, canGrow: canGrow,
      read: { offset, count in bytes.block(at: Int(offset), count: count) ?? [] })
  }
}
