package import Firmware
package import PersistentMemory
package import QEMU
package import Storage
import Synchronization
package import SystemPackage

/// A virtual NVDIMM: a mapped backend that begins with the guest's persistent memory and ends with its labels.
///
/// The guest reads and writes its region without an exit; it reaches the label area only through its label methods.
package final class DIMM: Sendable {
  package let slot: Int
  /// The start of the region in the guest's physical address space.
  package let address: UInt64
  package let geometry: BackendGeometry
  package let node: UInt32
  package let isUnarmed: Bool
  package let isReadOnly: Bool
  package let durability: Durability
  /// Whether the guest can ask for its writes to be made durable.
  package let hasFlushHint: Bool
  package let writeErrorPolicy: WriteErrorPolicy
  /// The open backend; `nil` if the backend is RAM.
  package let file: HeldBackend?
  let mapping: MemoryMapping
  /// Its media errors and its health.
  package let condition: HeldCondition
  /// The guest's unflushed writes; `nil` if they reach the backend without a flush.
  let cache: WriteCache?
  private let barrier = FlushBarrier()
  /// Held by the thread that erases the region.
  let erasing = Mutex(())
  /// The thread of the current or last erasure, which runs while the guest does.
  let eraser = Mutex<JoinableThread?>(nil)

  package init(
    slot: Int, address: UInt64, geometry: BackendGeometry, mapping: consuming MemoryMapping, node: UInt32 = 0,
    isUnarmed: Bool = false, isReadOnly: Bool = false, durability: Durability = .none, hasFlushHint: Bool = false,
    writeErrorPolicy: WriteErrorPolicy = .stop, file: HeldBackend? = nil, condition: HeldCondition = HeldCondition()
  ) {
    precondition(geometry.mappedSize <= mapping.size, "the geometry of another backend")
    self.slot = slot
    self.address = address
    self.geometry = geometry
    self.mapping = mapping
    self.node = node
    self.isUnarmed = isUnarmed
    self.isReadOnly = isReadOnly
    self.durability = durability
    self.hasFlushHint = hasFlushHint
    self.writeErrorPolicy = writeErrorPolicy
    self.file = file
    self.condition = condition
    cache = durability == .onFlush ? WriteCache(size: geometry.regionSize) : nil
  }

  /// The subject of messages.
  package var subject: String { file?.backend.path.string ?? "NVDIMM in slot \(slot)" }

  /// The guest-physical range of the region.
  package var range: Range<UInt64> { address..<address + geometry.regionSize }

  /// The description for the guest's firmware tables.
  package var description: NVDIMMDescription {
    NVDIMMDescription(
      slot: slot, base: address, length: geometry.regionSize, node: node, isUnarmed: isUnarmed,
      flushHint: hasFlushHint ? GuestPlatform.flushHint(slot: slot) : nil)
  }

  /// Makes the device that the guest's methods use; failures of the host are reported to `alarm`.
  func methodDevice(_ alarm: BackendAlarm) -> DeviceMethods.Device {
    DeviceMethods.Device(
      description, labels: geometry.labelSize > 0 ? MappedLabels(dimm: self, alarm: alarm) : nil,
      media: MappedMedia(dimm: self, alarm: alarm), condition: condition)
  }

  /// Writes `bytes` at the byte `place` of the mapping. If the guest's writes can be made durable, these are before
  /// this function returns.
  func write(_ bytes: [UInt8], at place: Int, _ alarm: BackendAlarm) throws(StorageFailure) {
    guard !isReadOnly else { throw .readOnly }
    guard mapping.write(bytes, at: place) else {
      let isRegion = UInt64(place) < geometry.regionSize
      throw failure(isRegion ? .mediumFailed(offset: UInt64(place)) : .labelsUnreachable, alarm)
    }
    do throws(Errno) {
      switch durability {
      case .direct: try mapping.persist(at: place, count: bytes.count)
      case .pageCache where hasFlushHint: try mapping.synchronise(at: place, count: bytes.count)
      case .onFlush: try store(at: place, count: bytes.count)
      case .pageCache, .none: break
      }
    } catch { throw failure(.notDurable(error), alarm) }
  }

  func failure(_ fact: BackendFailure.Fact, _ alarm: BackendAlarm) -> StorageFailure {
    alarm.raise(truncation ?? BackendFailure(self, fact))
    return .failed
  }

  /// Makes durable all writes that any CPU made before the call; concurrent calls are merged.
  func flush() throws(Errno) {
    switch durability {
    case .none, .direct: break
    case .pageCache: try barrier.pass { () throws(Errno) in try mapping.synchronise() }
    case .onFlush:
      guard let cache, let file else { return }
      try barrier.pass { () throws(Errno) in try cache.writeBack(mapping, to: file.backend.descriptor) }
    }
  }

  /// Makes `count` bytes of the private copy at `place` durable in the file, as writes by a method are once it returns.
  private func store(at place: Int, count: Int) throws(Errno) {
    guard let file = file?.backend.descriptor else { return }
    try mapping.store(at: place, count: count, to: file, fileOffset: Int64(place))
    try file.synchroniseData()
  }

  /// The number of bytes in pages that the guest has written but not flushed: they are lost if the power fails.
  package var unflushedSize: Int { cache?.size ?? 0 }

  /// Makes everything durable at the end. Throws the first error that lost data, now or earlier.
  package func synchronise() throws(Errno) {
    let failure: Errno?
    do throws(Errno) {
      try flush()
      failure = nil
    } catch { failure = error }
    // A file system that gave up after the first error returns a different one.
    if let loss = barrier.loss ?? failure { throw loss }
  }

  /// Records that everything is durable at the end, so that no dirty shutdown is counted.
  package func shutDown() throws(Errno) {
    do throws(StorageFailure) { try condition.shutDown() } catch { throw .ioError }
  }

  /// The failure that the file has become shorter than its mapping; `nil` if it has not.
  package var truncation: BackendFailure? {
    guard let stored = file?.size, stored < geometry.mappedSize else { return nil }
    return BackendFailure(self, .truncated(stored: stored, expected: geometry.mappedSize))
  }
}

/// The label area within a DIMM's mapping. A write to a shared backend reaches the file at once.
private struct MappedLabels: LabelStorage {
  let dimm: DIMM
  let alarm: BackendAlarm

  var size: UInt64 { dimm.geometry.labelSize }

  func read(at offset: UInt64, count: Int) throws(StorageFailure) -> [UInt8] {
    guard let place = place(of: offset, count), let bytes = dimm.mapping.read(at: place, count: count) else {
      throw dimm.failure(.labelsUnreachable, alarm)
    }
    return bytes
  }

  func write(_ bytes: [UInt8], at offset: UInt64) throws(StorageFailure) {
    guard let place = place(of: offset, bytes.count) else { throw dimm.failure(.labelsUnreachable, alarm) }
    try dimm.write(bytes, at: place, alarm)
  }

  private func place(of offset: UInt64, _ count: Int) -> Int? {
    guard let start = dimm.geometry.labelOffset, count >= 0, offset <= size, UInt64(count) <= size - offset else {
      return nil
    }
    return Int(exactly: start + offset)
  }
}
