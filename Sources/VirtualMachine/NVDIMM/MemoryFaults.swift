import Firmware
import Glibc
import PersistentMemory
import Storage

/// Decides what happens to a CPU whose guest touched memory that the host cannot supply, or memory in a page with a media
/// error, which the guest does not have.
///
/// KVM returns EFAULT if the page of a file lies beyond its end, has no space on the disk or cannot be read. The
/// guest's instruction has not been executed and may be retried.
final class MemoryFaults: Sendable {
  enum Verdict: Equatable {
    case retry
    case failed(BackendFailure)
    /// No backend is to blame.
    case unknown
  }

  private let hardware: GuestHardware
  /// The microseconds that a CPU waits before it checks for space again.
  private static let pause: UInt32 = 100_000

  init(_ hardware: GuestHardware) { self.hardware = hardware }

  /// Returns the NVDIMM that contains all `width` bytes at `address` and is not locked.
  private func dimm(at address: UInt64, width: Int) -> (DIMM, offset: Int)? {
    guard let dimm = hardware.dimms.first(where: { $0.range.contains(address) }),
      UInt64(width) <= dimm.range.upperBound - address, !dimm.condition.value.security.isLocked
    else { return nil }
    return (dimm, Int(address - dimm.address))
  }

  /// Writes the low `width` bytes of `value` to an NVDIMM, for a write that the host could not handle because it could
  /// not supply the memory, or because of a media error in the page: KVM passes on writes that it emulates itself. A
  /// write mends no media error. Returns `nil` if the bytes are written, or if no NVDIMM takes writes there.
  func write(_ value: UInt64, width: Int, at address: UInt64, while isRunning: () -> Bool) -> Verdict? {
    guard let (dimm, offset) = dimm(at: address, width: width), !dimm.isReadOnly else { return nil }
    let bytes = (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    while isRunning(), !dimm.mapping.write(bytes, at: offset) {
      let verdict = judge()
      guard verdict == .retry else { return verdict }
    }
    dimm.cache?.note(at: offset, count: width)
    return nil
  }

  /// Reads the `width` bytes at `address` of an NVDIMM, likewise; `nil` if there is none.
  func read(at address: UInt64, width: Int) -> Result<UInt64, Failed>? {
    guard let (dimm, offset) = dimm(at: address, width: width) else { return nil }
    let range = UInt64(offset)..<UInt64(offset + width)
    if let bad = dimm.condition.value.errors.within(range).first {
      return .failure(.unreadable(dimm.address + bad.lowerBound))
    }
    guard let bytes = dimm.mapping.read(at: offset, count: width) else {
      // A read never waits for space.
      let verdict = judge()
      return .failure(.unavailable(verdict == .retry ? .unknown : verdict))
    }
    return .success(bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) })
  }

  enum Failed: Error {
    /// There is a media error at this address of the guest.
    case unreadable(UInt64)
    /// The host does not supply the memory.
    case unavailable(Verdict)
  }

  /// Returns the guest-physical address of the memory that failed at `address` of this process, and reports the failure
  /// if it is an NVDIMM's. `nil` if it is not guest memory.
  func guestAddress(ofFailedMemory address: UInt) -> UInt64? {
    for dimm in hardware.dimms {
      guard let offset = dimm.mapping.offset(of: address) else { continue }
      hardware.alarm.raise(BackendFailure(dimm, .mediumFailed(offset: UInt64(offset))))
      return UInt64(offset) < dimm.geometry.regionSize ? dimm.address + UInt64(offset) : nil
    }
    guard let offset = hardware.ram.mapping.offset(of: address) else { return nil }
    let part = hardware.ram.parts.first { ($0.offset..<$0.offset + $0.size).contains(offset) }
    return part.map { $0.address + UInt64(offset - $0.offset) }
  }

  /// Finds the backend that is to blame. A CPU that lacks space on a disk waits here before it retries.
  func judge() -> Verdict {
    for dimm in hardware.dimms {
      guard let failure = dimm.truncation else { continue }
      hardware.alarm.raise(failure)
      return .failed(failure)
    }
    for dimm in hardware.dimms where dimm.durability == .pageCache {
      guard let error = dimm.file?.spaceFailure else { continue }
      hardware.alarm.raise(BackendFailure(dimm, .noSpace(error)))
      usleep(Self.pause)
      return .retry
    }
    return .unknown
  }
}
