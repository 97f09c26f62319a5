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

/// A device that answers at I/O ports. Any CPU's thread may call it at any time.
package protocol PortDevice: AnyObject, Sendable {
  /// The guest wrote `value`, `width` bytes wide (1, 2 or 4), `offset` ports above the device's first.
  func write(_ value: UInt32, width: Int, offset: Int)
  /// The guest reads `width` bytes.
  func read(width: Int, offset: Int) -> UInt32
}

/// Which device answers at which I/O port. Where there is none, writes go nowhere and reads give all ones.
package struct PortBus: Sendable {
  private var devices: [(ports: ClosedRange<UInt16>, device: any PortDevice)] = []

  package init() {}

  /// Lets `device` answer at `ports`, where no other device may be.
  package mutating func attach(_ device: any PortDevice, at ports: ClosedRange<UInt16>) {
    precondition(!devices.contains { $0.ports.overlaps(ports) }, "two devices at one port")
    devices.append((ports, device))
  }

  package func write(_ value: UInt32, width: Int, to port: UInt16) {
    guard let (ports, device) = entry(at: port) else { return }
    device.write(value, width: width, offset: Int(port - ports.lowerBound))
  }

  package func read(width: Int, from port: UInt16) -> UInt32 {
    guard let (ports, device) = entry(at: port) else { return .max }
    return device.read(width: width, offset: Int(port - ports.lowerBound))
  }

  private func entry(at port: UInt16) -> (ClosedRange<UInt16>, any PortDevice)? {
    devices.first { $0.ports.contains(port) }
  }
}
