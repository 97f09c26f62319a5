/// A machine as its firmware tables describe it.
package struct ACPIMachine: Sendable {
  /// The proximity domain of each vCPU; the index is its APIC id.
  package var processorNodes: [UInt32]
  /// The guest's RAM, without the holes.
  package var ram: [MemoryRange]
  /// The NVDIMMs that are plugged at start.
  package var dimms: [NVDIMMDescription]
  /// How many NVDIMMs the guest can have at most.
  package var slots: Int
  /// Where memory devices may lie, with the node of those plugged later; nil where there are no slots.
  package var deviceMemory: MemoryRange?
  package var persistence: PersistenceDomain?

  package init(
    processorNodes: [UInt32] = [0], ram: [MemoryRange], dimms: [NVDIMMDescription] = [], slots: Int = 0,
    deviceMemory: MemoryRange? = nil, persistence: PersistenceDomain? = nil
  ) {
    self.processorNodes = processorNodes
    self.ram = ram
    self.dimms = dimms
    self.slots = slots
    self.deviceMemory = deviceMemory
    self.persistence = persistence
  }
}
