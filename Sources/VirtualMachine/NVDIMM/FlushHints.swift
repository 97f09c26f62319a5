import Firmware
import QEMU
import Synchronization
package import SystemPackage

/// The addresses where a guest's write makes its earlier writes to one NVDIMM durable.
///
/// Source: ACPI 6.5, 5.2.25.8 (Flush Hint Address Structure).
final class FlushHints: Sendable {
  private let hardware: GuestHardware
  private let ending: EndingSignal

  init(_ hardware: GuestHardware, _ ending: EndingSignal) {
    self.hardware = hardware
    self.ending = ending
  }

  /// The guest wrote to `address`, whatever it wrote. Returns when all that it wrote before is durable, or when the
  /// machine has come to its end because it cannot be made so.
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

/// Makes one backend durable for however many CPUs ask for it at once.
///
/// A synchronisation that began before a CPU asked may have missed what that CPU wrote; one that began later serves
/// all who waited meanwhile.
package final class FlushBarrier: Sendable {
  private struct Last: Sendable {
    /// The number of the last synchronisation that ended, from 1 on.
    var number: UInt64 = 0
    var failure: Errno?
  }

  /// The number of the last synchronisation that began.
  private let begun = Atomic<UInt64>(0)
  private let last = Mutex(Last())
  private let lost = Mutex<Errno?>(nil)

  package init() {}

  /// Why something was not made durable once. The host tells of it that one time, and drops what it could not write.
  package var loss: Errno? { lost.withLock { $0 } }

  /// Returns when a call of `synchronise` that began after this one has ended well; throws what that one threw.
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
