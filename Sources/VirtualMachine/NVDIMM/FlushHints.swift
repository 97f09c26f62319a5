import Firmware
import QEMU
import Synchronization
package import SystemPackage

/// The addresses at which a guest's write makes its earlier writes to one NVDIMM durable.
///
/// Source: ACPI 6.5, 5.2.25.8 (Flush Hint Address Structure).
final class FlushHints: Sendable {
  private let hardware: GuestHardware
  private let ending: EndingSignal

  init(_ hardware: GuestHardware, _ ending: EndingSignal) {
    self.hardware = hardware
    self.ending = ending
  }

  /// Handles the guest's write, of any value, to `address`. Returns when all its earlier writes are durable, or when
  /// the machine has ended because they cannot be.
  func write(at address: UInt64) {
    guard let slot = GuestPlatform.slot(flushedAt: address),
      let dimm = hardware.dimms.first(where: { $0.slot == slot }), dimm.hasFlushHint
    else { return }
    do { try dimm.flush() } catch {
      let failure = BackendFailure(dimm, .notDurable(error))
      hardware.alarm.raise(failure)
      if dimm.writeErrorPolicy == .stop { ending.reach(.backendFailed(failure)) }
    }
  }
}

/// Makes one backend durable for any number of CPUs that ask at once.
///
/// A synchronisation that began before a CPU asked may have missed that CPU's writes; one that began later serves all
/// CPUs that have been waiting.
package final class FlushBarrier: Sendable {
  private struct Last: Sendable {
    /// The number of the last synchronisation that ended, counted from 1.
    var number: UInt64 = 0
    var failure: Errno?
  }

  /// The number of the last synchronisation that began.
  private let begun = Atomic<UInt64>(0)
  private let last = Mutex(Last())
  private let lost = Mutex<Errno?>(nil)

  package init() {}

  /// The first error that kept something from becoming durable. The host reports it only once, and drops the unwritten
  /// data.
  package var loss: Errno? { lost.withLock { $0 } }

  /// Returns when a `synchronise` that began after this call has succeeded; throws its error if it fails.
  package func pass(_ synchronise: () throws(Errno) -> Void) throws(Errno) {
    let seen = begun.load(ordering: .sequentiallyConsistent)
    let failure: Errno? = last.withLock { last in
      guard last.number <= seen else { return last.failure }
      last.number = begun.add(1, ordering: .sequentiallyConsistent).newValue
      do throws(Errno) {
        try synchronise()
        last.failure = nil
      } catch { last.failure = error }
      return last.failure
    }
    guard let failure else { return }
    lost.withLock { $0 = $0 ?? failure }
    throw failure
  }
}
