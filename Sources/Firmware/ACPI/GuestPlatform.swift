package import PersistentMemory

/// The addresses, ports and interrupts that the ACPI tables tell the guest and that the VMM answers at.
///
/// All firmware data but the RSDP lies in a memory slot of its own in the hole below 4 GiB, reserved in
/// the memory map: it takes nothing from the guest's RAM, does not depend on how much there is of it,
/// and holds the tables of 256 slots and the window for label data at once.
package enum GuestPlatform {
  /// Where operating systems look for the RSDP (ACPI 6.5, 5.2.5.1), in the guest's RAM.
  package static let rsdpAddress: UInt64 = 0xE_0000

  /// The firmware's memory: the tables, then the method window. To be listed as reserved.
  package static let firmwareMemory: Range<UInt64> = 0xFE00_0000..<0xFE10_0000
  /// The part of the firmware's memory that holds every table but the RSDP.
  package static let tables: Range<UInt64> = 0xFE00_0000..<0xFE08_0000
  /// Where requests to `DeviceMethods` and their responses lie: see there.
  package static let methodWindow: Range<UInt64> = 0xFE08_0000..<0xFE09_1000

  /// The flush hint addresses, one page for each slot. No memory lies behind them, so that a write exits.
  /// To be listed as reserved.
  package static let flushHints: Range<UInt64> = 0xFEB0_0000..<0xFEC0_0000
  private static let flushHintPage: UInt64 = 0x1000

  package static let ioAPICAddress: UInt32 = 0xFEC0_0000
  package static let localAPICAddress: UInt32 = 0xFEE0_0000

  /// What a PC leaves out of its RAM below 1 MiB.
  package static let legacyHole: Range<UInt64> = 0xA_0000..<0x10_0000

  /// COM1 to COM4, each a 16550A where the machine has it. No two share an interrupt, which an edge could not serve.
  package static let serialPorts: [(ports: ClosedRange<UInt16>, interrupt: UInt32)] = [
    (0x3F8...0x3FF, 4), (0x2F8...0x2FF, 3), (0x3E8...0x3EF, 5), (0x2E8...0x2EF, 7),
  ]

  /// A four-byte write here executes the request in the method window; the value is the request's length.
  /// The port is the one that QEMU uses.
  package static let methodDoorbellPort: UInt16 = 0x0A18
  /// A four-byte read gives the pending `Event`s and clears them.
  package static let eventStatusPort: UInt16 = 0x0A1C
  /// Raised (an edge) after an event became pending: the interrupt of the Generic Event Device.
  package static let eventInterrupt: UInt32 = 9

  /// One byte each: the sleep registers of hardware-reduced ACPI (ACPI 6.5, 4.8.3.7) and the reset register.
  package static let sleepControlPort: UInt16 = 0x0A20
  package static let sleepStatusPort: UInt16 = 0x0A21
  package static let resetPort: UInt16 = 0x0A22

  /// A write of this value to the sleep control register asks for power-off: SLP_EN and the type of `\_S5`.
  package static let powerOffValue: UInt8 = 0x20 | powerOffSleepType << 2
  static let powerOffSleepType: UInt8 = 5
  /// A write of this value to the reset register asks for a reset.
  package static let resetValue: UInt8 = 1

  /// What the Generic Event Device reports.
  package struct Event: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// An NVDIMM was plugged: the guest is to evaluate `_FIT` again.
    package static let nvdimmPlugged = Event(rawValue: 1 << 0)
    /// The power button was pressed.
    package static let powerButton = Event(rawValue: 1 << 1)
    /// There are media errors that the guest does not know.
    package static let mediaError = Event(rawValue: 1 << 2)
    /// The health of one NVDIMM changed; its handle stands in the bits from `healthHandleShift` on.
    package static let nvdimmHealth = Event(rawValue: 1 << 3)
    static let healthHandleShift = 16

    /// The health of the NVDIMM in `slot` changed.
    package static func nvdimmHealth(slot: Int) -> Event {
      Event(rawValue: nvdimmHealth.rawValue | NVDIMMDescription.handle(slot: slot) << healthHandleShift)
    }
  }

  /// The flush hint address of the NVDIMM in `slot`.
  package static func flushHint(slot: Int) -> UInt64 { flushHints.lowerBound + UInt64(slot) * flushHintPage }

  /// The slot whose flush hint page holds `address`; nil where it lies in none.
  package static func slot(flushedAt address: UInt64) -> Int? {
    flushHints.contains(address) ? Int((address - flushHints.lowerBound) / flushHintPage) : nil
  }
}

/// A range of guest physical memory and the proximity domain it belongs to.
package struct MemoryRange: Sendable, Equatable {
  package let base: UInt64
  package let length: UInt64
  package let node: UInt32

  package init(base: UInt64, length: UInt64, node: UInt32 = 0) {
    self.base = base
    self.length = length
    self.node = node
  }
}

/// A machine as its firmware tables describe it.
package struct ACPIMachine: Sendable {
  /// The proximity domain of each vCPU; the index is its APIC id.
  package var processorNodes: [UInt32]
  /// The guest's RAM on both sides of the hole below 4 GiB; that below 1 MiB need not be left out.
  package var ram: [MemoryRange]
  /// The NVDIMMs that are plugged at start.
  package var dimms: [NVDIMMDescription]
  /// How many NVDIMMs the guest can have at most.
  package var slots: Int
  /// Where memory devices may lie, with the node of those plugged later; nil where there are no slots.
  package var deviceMemory: MemoryRange?
  package var persistence: PersistenceDomain?
  /// How many of `GuestPlatform.serialPorts` there are.
  package var serialPorts: Int

  package init(
    processorNodes: [UInt32] = [0], ram: [MemoryRange], dimms: [NVDIMMDescription] = [], slots: Int = 0,
    deviceMemory: MemoryRange? = nil, persistence: PersistenceDomain? = nil, serialPorts: Int = 1
  ) {
    self.processorNodes = processorNodes
    self.ram = ram
    self.dimms = dimms
    self.slots = slots
    self.deviceMemory = deviceMemory
    self.persistence = persistence
    self.serialPorts = serialPorts
  }
}
