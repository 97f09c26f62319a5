/// The place of a device on a PCI bus.
package struct PCIAddress: Hashable, Sendable {
  package let slot: Int
  package let function: Int

  init(_ slot: Int, _ function: Int) {
    self.slot = slot
    self.function = function
  }

  /// Parses `5` or `0x1f.2`, whose numbers are hexadecimal; `nil` if QEMU does not take it. Source: QEMU `set_pci_devfn`.
  init?(parsing text: String) {
    let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { number in
      Int(number.hasPrefix("0x") || number.hasPrefix("0X") ? number.dropFirst(2) : number, radix: 16)
    }
    guard (1...2).contains(numbers.count), let slot = numbers[0], let function = numbers.count == 2 ? numbers[1] : 0,
      (0..<32).contains(slot), (0..<8).contains(function)
    else { return nil }
    self.init(slot, function)
  }
}

/// A device that a board has on its PCI bus from the beginning.
///
/// Source: messages of QEMU 5.2, 7.2, 10.0 and 11.1 about these addresses.
struct BoardPCIDevice: Sendable {
  let board: MachineIdentity.Kind
  let address: PCIAddress
  let type: String
  let releases: ReleaseRange
  /// The machine property that leaves the device out, or moves it.
  let property: String?

  private init(
    _ board: MachineIdentity.Kind, _ address: PCIAddress, _ type: String, _ releases: ReleaseRange = .all,
    unless property: String? = nil
  ) {
    (self.board, self.address, self.type, self.releases) = (board, address, type, releases)
    self.property = property
  }

  static let all: [BoardPCIDevice] = [
    BoardPCIDevice(.pc, PCIAddress(0, 0), "i440FX"),
    BoardPCIDevice(.pc, PCIAddress(1, 0), "PIIX3", unless: "x-south-bridge"),
    BoardPCIDevice(.pc, PCIAddress(1, 1), "piix3-ide", unless: "x-south-bridge"),
    BoardPCIDevice(.pc, PCIAddress(1, 3), "PIIX4_PM", unless: "acpi"),
    BoardPCIDevice(.q35, PCIAddress(0, 0), "mch"), BoardPCIDevice(.q35, PCIAddress(31, 0), "ICH9-LPC"),
    BoardPCIDevice(.q35, PCIAddress(31, 2), "ich9-ahci", unless: "sata"),
    BoardPCIDevice(.q35, PCIAddress(31, 3), "ICH9 SMB", .before(6, 0), unless: "smbus"),
    BoardPCIDevice(.q35, PCIAddress(31, 3), "ICH9-SMB", .since(6, 0), unless: "smbus"),
  ]
}

extension MachineStartup {
  /// Puts a virtio-pmem on the board's PCI bus. Devices for which QEMU chooses the address are not followed.
  mutating func occupyPCI(_ option: MemoryDevice) throws(QEMUStop) {
    guard let machine, let address = option.pciAddress, option.bus == nil || option.bus == boardBus else { return }
    let own = BoardPCIDevice.all.first {
      $0.board == machine.kind && $0.address == address && $0.releases.contains(release)
        && $0.property.map { command.machine[$0] == nil } ?? true
    }
    if let own { throw complain(.addressInUse(address, by: own.type, id: nil, release)) }
    if let id = pciUsers[address] {
      throw complain(.addressInUse(address, by: option.kind.rawValue, id: id, release))
    }
    pciUsers[address] = .some(option.id)
  }
}
