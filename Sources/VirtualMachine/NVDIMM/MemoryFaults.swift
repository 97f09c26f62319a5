import Firmware
import Glibc
import PersistentMemory
import Storage

/// What becomes of a CPU whose guest touched memory that the host cannot give it.
///
/// KVM answers EFAULT where the page of a file is beyond its end, has no space on the disk or cannot be read; the
/// guest's instruction has not been carried out and may be tried again.
final class MemoryFaults: Sendable {
  enum Verdict: Equatable {
    case retry
    case failed(BackendFailure)
    /// No backend is to blame.
    case unknown
  }

  private let hardware: GuestHardware
  /// How long a CPU waits before it looks for space again, in microseconds.
  private static let pause: UInt32 = 100_000

  init(_ hardware: GuestHardware) { self.hardware = hardware }

  /// The NVDIMM that holds all `width` bytes at `address`, and gives them: one that is locked does not.
  private func dimm(at address: UInt64, width: Int) -> (DIMM, offset: Int)? {
    guard let dimm = hardware.dimms.first(where: { $0.range.contains(address) }),
      UInt64(width) <= dimm.range.upperBound - address, !dimm.condition.value.security.isLocked
    else { return nil }
    return (dimm, Int(address - dimm.address))
  }

  /// Writes the low `width` bytes of `value` to an NVDIMM, where the guest's write came here because the host could not
  /// give the memory: KVM hands over what it emulates itself. Nil where it is written, or where there is no NVDIMM that
  /// takes writes.
  func write(_ value: UInt64, width: Int, at address: UInt64, while isRunning: () -> Bool) -> Verdict? {
    guard let (dimm, offset) = dimm(at: address, width: width), !dimm.isReadOnly else { return nil }
    let bytes = (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    while isRunning(), !dimm.mapping.write(bytes, at: offset) {
      let verdict = judge()
      guard verdict == .retry else { return verdict }
    }
    return nil
  }

  /// The `width` bytes at `address` of an NVDIMM, likewise; nil where there is none.
  func read(at address: UInt64, width: Int) -> Result<UInt64, Failed>? {
    guard let (dimm, offset) = dimm(at: address, width: width) else { return nil }
    guard let bytes = dimm.mapping.read(at: offset, count: width) else {
      // Nobody waits for space in order to read.
      let verdict = judge()
      return .failure(Failed(verdict: verdict == .retry ? .unknown : verdict))
    }
    return .success(bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) })
  }

  struct Failed: Error {
    let verdict: Verdict
  }

  /// What the guest's memory at `address` of this process is to the guest, after the host's memory failed there: its
  /// physical address. The failure of an NVDIMM is told. Nil where it is no memory of the guest's.
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

  /// Looks for the backend that is to blame; a CPU that lacks space on a disk waits here for some of it.
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
