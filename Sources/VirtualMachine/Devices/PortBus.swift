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
