/// Answers the guest's accesses to addresses for which KVM has no memory, or none that the host can supply.
///
/// Any CPU's thread may call it at any time.
package final class MemoryBus: Sendable {
  private let flushHints: FlushHints
  private let faults: MemoryFaults
  private let ending: EndingSignal

  /// The action of a CPU after an access.
  package enum Outcome: Equatable, Sendable {
    case done
    /// The machine is ending, or no backend explains why the memory is not available.
    case stuck
  }

  init(_ hardware: GuestHardware, _ ending: EndingSignal) {
    flushHints = FlushHints(hardware, ending)
    faults = MemoryFaults(hardware)
    self.ending = ending
  }

  /// Handles a guest's write of the low `width` bytes (1 to 8) of `value`. Writes to missing or read-only memory are
  /// dropped.
  package func write(_ value: UInt64, width: Int, to address: UInt64) -> Outcome {
    flushHints.write(at: address)
    return conclude(faults.write(value, width: width, at: address) { ending.ending == nil })
  }

  /// What a CPU reads.
  package enum Reading: Equatable, Sendable {
    case value(UInt64)
    /// There is a media error at this address.
    case unreadable(UInt64)
    case stuck
  }

  /// Returns the `width` bytes that the guest reads: all ones if there is no memory.
  package func read(width: Int, from address: UInt64) -> Reading {
    switch faults.read(at: address, width: width) {
    case nil: .value(.max)
    case .success(let value)?: .value(value)
    case .failure(.unreadable(let place))?: .unreadable(place)
    case .failure(.unavailable(let verdict))?: conclude(verdict) == .stuck ? .stuck : .value(.max)
    }
  }

  /// Returns the verdict on memory that KVM could not give the guest, when KVM does not say which.
  func judge() -> MemoryFaults.Verdict { faults.judge() }

  /// Returns the guest address of the memory that failed at `address` of this process; `nil` if it is not guest memory.
  func guestAddress(ofFailedMemory address: UInt) -> UInt64? { faults.guestAddress(ofFailedMemory: address) }

  private func conclude(_ verdict: MemoryFaults.Verdict?) -> Outcome {
    if case .failed(let failure)? = verdict { ending.reach(.backendFailed(failure)) }
    return verdict == .unknown ? .stuck : .done
  }
}

/// A device that answers at I/O ports. Any CPU's thread may call it at any time.
package protocol PortDevice: AnyObject, Sendable {
  /// Handles a write of `value`, `width` bytes wide (1, 2 or 4), `offset` ports above the device's first.
  func write(_ value: UInt32, width: Int, offset: Int)
  /// Returns the `width` bytes that the guest reads.
  func read(width: Int, offset: Int) -> UInt32
}

/// The devices at I/O ports. At ports without a device, writes are dropped and reads return all ones.
package struct PortBus: Sendable {
  private var devices: [(ports: ClosedRange<UInt16>, device: any PortDevice)] = []

  package init() {}

  /// Attaches `device` at `ports`, which must be free.
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
