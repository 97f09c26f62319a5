import Firmware
import PersistentMemory
import Synchronization

/// A label area in memory.
final class MemoryLabels: LabelStorage {
  private let bytes: Mutex<[UInt8]>
  private let failure: StorageFailure?
  let size: UInt64

  init(_ bytes: [UInt8], size: UInt64? = nil, failure: StorageFailure? = nil) {
    self.bytes = Mutex(bytes)
    self.size = size ?? UInt64(bytes.count)
    self.failure = failure
  }

  var contents: [UInt8] { bytes.withLock { $0 } }

  func read(at offset: UInt64, count: Int) throws(StorageFailure) -> [UInt8] {
    if failure == .failed { throw .failed }
    precondition(count > 0 && offset + UInt64(count) <= size, "outside the area")
    return bytes.withLock { [UInt8]($0[Int(offset)..<Int(offset) + count]) }
  }

  func write(_ data: [UInt8], at offset: UInt64) throws(StorageFailure) {
    if let failure { throw failure }
    precondition(!data.isEmpty && offset + UInt64(data.count) <= size, "outside the area")
    bytes.withLock { $0.replaceSubrange(Int(offset)..<Int(offset) + data.count, with: data) }
  }
}

/// An NVDIMM without a backend that records the ranges erased.
final class MemoryDIMM: MediaStorage {
  static let regionSize: UInt64 = 1 << 30

  let description: NVDIMMDescription
  let labels: MemoryLabels?
  let condition: HeldCondition
  private let failure: StorageFailure?
  private let erasures = Mutex<[Range<UInt64>]>([])

  /// Makes an NVDIMM whose region begins at 4 GiB, with a gap of 1 GiB behind it.
  init(
    slot: Int, labels: MemoryLabels? = nil, condition: HeldCondition = HeldCondition(), failure: StorageFailure? = nil
  ) {
    description = NVDIMMDescription(
      slot: slot, base: 1 << 32 + UInt64(slot) * 2 * Self.regionSize, length: Self.regionSize)
    self.labels = labels
    self.condition = condition
    self.failure = failure
  }

  var device: DeviceMethods.Device {
    DeviceMethods.Device(description, labels: labels, media: self, condition: condition)
  }

  /// The erased DPA ranges, in order.
  var erased: [Range<UInt64>] { erasures.withLock { $0 } }

  var isReadOnly: Bool { failure == .readOnly }

  func finishErasure() throws(StorageFailure) {
    guard let erasure = condition.value.security.erasure else { return }
    try erase(0..<Self.regionSize)
    if erasure == .everything, let labels { try labels.write([UInt8](repeating: 0, count: Int(labels.size)), at: 0) }
    try condition.change { $0.security.finishErasure() }
  }

  /// Only begins the erasure: the test calls `finishErasure` itself.
  func startErasure() {}

  func erase(_ range: Range<UInt64>) throws(StorageFailure) {
    precondition(!range.isEmpty && range.upperBound <= Self.regionSize, "outside the region")
    if let failure { throw failure }
    erasures.withLock { $0.append(range) }
  }
}
