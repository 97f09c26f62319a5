/// What answers where a guest touches an address that KVM has no memory for, or none that the host can give.
///
/// Any CPU's thread may call it at any time.
package final class MemoryBus: Sendable {
  private let flushHints: FlushHints
  private let faults: MemoryFaults
  private let ending: EndingSignal

  /// What a CPU does after an access.
  package enum Outcome: Equatable, Sendable {
    case done
    /// The machine ends, or no backend is to blame for memory that cannot be had.
    case stuck
  }

  init(_ hardware: GuestHardware, _ ending: EndingSignal) {
    flushHints = FlushHints(hardware, ending)
    faults = MemoryFaults(hardware)
    self.ending = ending
  }

  /// The guest writes the low `width` bytes (1 to 8) of `value`. Where there is no memory, or memory that may not be
  /// written, they go nowhere.
  package func write(_ value: UInt64, width: Int, to address: UInt64) -> Outcome {
    flushHints.write(at: address)
    return conclude(faults.write(value, width: width, at: address) { ending.ending == nil })
  }

  /// The guest reads `width` bytes: all ones where there is no memory. Nil where the CPU is stuck.
  package func read(width: Int, from address: UInt64) -> UInt64? {
    switch faults.read(at: address, width: width) {
    case nil: .max
    case .success(let value)?: value
    case .failure(let failed)?: conclude(failed.verdict) == .stuck ? nil : .max
    }
  }

  /// KVM could not give the guest memory, and does not say which.
  func judge() -> MemoryFaults.Verdict { faults.judge() }

  /// Where the guest has the memory that failed at `address` of this process; nil where it has it nowhere.
  func guestAddress(ofFailedMemory address: UInt) -> UInt64? { faults.guestAddress(ofFailedMemory: address) }

  private func conclude(_ verdict: MemoryFaults.Verdict?) -> Outcome {
    if case .failed(let failure)? = verdict { ending.reach(.backendFailed(failure)) }
    return verdict == .unknown ? .stuck : .done
  }
}
