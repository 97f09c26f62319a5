package import PersistentMemory

/// The addresses, ports and interrupts that the ACPI tables announce and that the VMM serves.
///
/// All firmware data except the RSDP lies in its own memory slot in the hole below 4 GiB, reserved in the memory map.
/// It takes nothing from the guest's RAM, does not depend on its size, and holds the tables of 256 slots and the window
/// for label data at once.
package enum GuestPlatform {
  /// The address, in the guest's RAM, at which operating systems look for the RSDP (ACPI 6.5, 5.2.5.1).
  package static let rsdpAddress: UInt64 = 0xE_0000

  /// The firmware's memory: the tables, then the method window. It must be listed as reserved.
  package static let firmwareMemory: Range<UInt64> = 0xFE00_0000..<0xFE10_0000
  /// The part of the firmware's memory that holds all tables except the RSDP.
  package static let tables: Range<UInt64> = 0xFE00_0000..<0xFE08_0000
  /// The window for requests to `DeviceMethods` and their responses; see `MethodWindow`.
  package static let methodWindow: Range<UInt64> = 0xFE08_0000..<0xFE09_1000

  /// The flush hint addresses, one page per slot. There is no memory behind them, so that a write exits. They must be
  /// listed as reserved.
  package static let flushHints: Range<UInt64> = 0xFEB0_0000..<0xFEC0_0000
  private static let flushHintPage: UInt64 = 0x1000

  package static let ioAPICAddress: UInt32 = 0xFEC0_0000
  package static let localAPICAddress: UInt32 = 0xFEE0_0000

  /// The range below 1 MiB that a PC excludes from its RAM.
  package static let legacyHole: Range<UInt64> = 0xA_0000..<0x10_0000

  /// COM1 to COM4, each a 16550A if the machine has it. Each has its own interrupt, because edges could not be shared.
  package static let serialPorts: [(ports: ClosedRange<UInt16>, interrupt: UInt32)] = [
    (0x3F8...0x3FF, 4), (0x2F8...0x2FF, 3), (0x3E8...0x3EF, 5), (0x2E8...0x2EF, 7),
  ]

  /// A four-byte write to this port executes the request in the method window; the value is the request's length. QEMU
  /// uses the same port.
  package static let methodDoorbellPort: UInt16 = 0x0A18
  /// A four-byte read from this port returns the pending `Event`s and clears them.
  package static let eventStatusPort: UInt16 = 0x0A1C
  /// The interrupt of the Generic Event Device, an edge after an event became pending.
  package static let eventInterrupt: UInt32 = 9

  /// The sleep registers of hardware-reduced ACPI (ACPI 6.5, 4.8.3.7) and the reset register, one byte each.
  package static let sleepControlPort: UInt16 = 0x0A20
  package static let sleepStatusPort: UInt16 = 0x0A21
  package static let resetPort: UInt16 = 0x0A22

  /// The value that, written to the sleep control register, asks for power-off: SLP_EN and the type of `\_S5`.
  package static let powerOffValue: UInt8 = 0x20 | powerOffSleepType << 2
  static let powerOffSleepType: UInt8 = 5
  /// The value that, written to the reset register, asks for a reset.
  package static let resetValue: UInt8 = 1

  /// The events that the Generic Event Device reports.
  package struct Event: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// An NVDIMM was plugged: the guest has to evaluate `_FIT` again.
    package static let nvdimmPlugged = Event(rawValue: 1 << 0)
    /// The power button was pressed.
    package static let powerButton = Event(rawValue: 1 << 1)
    /// There are new media errors.
    package static let mediaError = Event(rawValue: 1 << 2)
    /// The health of one NVDIMM changed; its handle is in the bits from `healthHandleShift` on.
    package static let nvdimmHealth = Event(rawValue: 1 << 3)
    static let healthHandleShift = 16

    /// The health of the NVDIMM in `slot` changed.
    package static func nvdimmHealth(slot: Int) -> Event {
      Event(rawValue: nvdimmHealth.rawValue | NVDIMMDescription.handle(slot: slot) << healthHandleShift)
    }
  }

  /// Returns the flush hint address of the NVDIMM in `slot`.
  package static func flushHint(slot: Int) -> UInt64 { flushHints.lowerBound + UInt64(slot) * flushHintPage }

  /// Returns the slot whose flush hint page contains `address`; `nil` if none does.
  package static func slot(flushedAt address: UInt64) -> Int? {
    flushHints.contains(address) ? Int((address - flushHints.lowerBound) / flushHintPage) : nil
  }
}

/// A range of guest-physical memory and its proximity domain.
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

/// A machine as described by its firmware tables.
package struct ACPIMachine: Sendable {
  /// The proximity domain of each vCPU; the index is its APIC id.
  package var processorNodes: [UInt32]
  /// The guest's RAM on both sides of the hole below 4 GiB. It may include the hole below 1 MiB.
  package var ram: [MemoryRange]
  /// The NVDIMMs that are plugged at start.
  package var dimms: [NVDIMMDescription]
  /// The maximum number of NVDIMMs.
  package var slots: Int
  /// The window for memory devices, with the node of those plugged later; `nil` if there are no slots.
  package var deviceMemory: MemoryRange?
  package var persistence: PersistenceDomain?
  /// The number of `GuestPlatform.serialPorts` that the machine has.
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
