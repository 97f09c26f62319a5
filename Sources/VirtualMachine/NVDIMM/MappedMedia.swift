import CLinux
import Firmware
import PersistentMemory
import Storage
import Synchronization
import SystemPackage

/// The guest's region within a DIMM's mapping.
struct MappedMedia: MediaStorage {
  let dimm: DIMM
  let alarm: BackendAlarm

  /// The number of bytes written at once.
  private static let unit = 1 << 20

  var isReadOnly: Bool { dimm.isReadOnly }

  func erase(_ range: Range<UInt64>) throws(StorageFailure) {
    let range = range.clamped(to: 0..<dimm.geometry.regionSize)
    try writeZeroes(Int(range.lowerBound)..<Int(range.upperBound))
  }

  func finishErasure() throws(StorageFailure) {
    try dimm.erasing.withLock { _ throws(StorageFailure) in
      guard let erasure = dimm.condition.value.security.erasure else { return }
      let region = 0..<Int(dimm.geometry.regionSize)
      if !dimm.giveUpSpace(of: region) { try writeZeroes(region) }
      switch erasure {
      case .region: break
      case .everything:
        if let start = dimm.geometry.labelOffset {
          try writeZeroes(Int(start)..<Int(start + dimm.geometry.labelSize))
        }
      }
      do throws(Errno) { try dimm.flush() } catch { throw dimm.failure(.notDurable(error), alarm) }
      try dimm.condition.change { $0.security.finishErasure() }
    }
  }

  func startErasure() {
    dimm.eraser.withLock { eraser in
      // Its work is done, or there would be nothing to start.
      eraser?.join()
      // If no thread can be started, the erasure is completed before the guest's next start, like one that was cut off.
      eraser = try? JoinableThread(name: "erase\(dimm.slot)") { try? finishErasure() }
    }
  }

  private func writeZeroes(_ places: Range<Int>) throws(StorageFailure) {
    for start in stride(from: places.lowerBound, to: places.upperBound, by: Self.unit) {
      let count = min(Self.unit, places.upperBound - start)
      try dimm.write([UInt8](repeating: 0, count: count), at: start, alarm)
    }
  }
}

extension DIMM {
  /// Clears `places` of the file at once by deallocating them, and reserves the space again if the whole file was
  /// allocated. Returns false if they cannot be deallocated.
  fileprivate func giveUpSpace(of places: Range<Int>) -> Bool {
    guard [.pageCache, .direct].contains(durability), !isReadOnly, let file, file.backend.kind == .regularFile,
      let status = try? file.backend.descriptor.stat()
    else { return false }
    let descriptor = file.backend.descriptor.rawValue
    guard clinux_punch_hole(descriptor, Int64(places.lowerBound), Int64(places.count)) >= 0 else { return false }
    if status.blocksAllocated * 512 >= status.size { _ = clinux_reserve(descriptor, 0, Int64(places.upperBound)) }
    return true
  }

  /// Handles the machine's power-on: the DIMM locks, and an interrupted erasure is completed before the guest begins.
  func powerOn(_ alarm: BackendAlarm) {
    // If the erasure fails, the alarm has reported it and the region stays locked.
    do throws(StorageFailure) {
      try condition.change { $0.security.powerOn() }
      try MappedMedia(dimm: self, alarm: alarm).finishErasure()
    } catch {}
  }
}
