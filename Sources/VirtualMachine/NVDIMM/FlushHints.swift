import Firmware
import QEMU

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
