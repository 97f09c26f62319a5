package import PersistentMemory

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
  /// Whether there is a COM2 beside COM1.
  package var hasSecondSerialPort: Bool

  package init(
    processorNodes: [UInt32] = [0], ram: [MemoryRange], dimms: [NVDIMMDescription] = [], slots: Int = 0,
    deviceMemory: MemoryRange? = nil, persistence: PersistenceDomain? = nil, hasSecondSerialPort: Bool = false
  ) {
    self.processorNodes = processorNodes
    self.ram = ram
    self.dimms = dimms
    self.slots = slots
    self.deviceMemory = deviceMemory
    self.persistence = persistence
    self.hasSecondSerialPort = hasSecondSerialPort
  }
}
