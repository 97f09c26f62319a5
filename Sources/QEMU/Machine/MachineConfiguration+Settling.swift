import Basics

extension MachineConfiguration {
  /// The machine with everything in it that `--nvdimm` leaves to the files: sizes, and room for the devices
  /// where `-m` makes none. `facts` gives the bytes of the file or device at a path, and what its mappings are
  /// multiples of.
  package func settled<Failure: Error>(
    facts: (String) throws(Failure) -> (size: UInt64, alignment: UInt64)
  ) throws(Failure) -> MachineConfiguration {
    var settled = self
    for (index, backend) in backends.enumerated() where backend.size == nil {
      guard case .file(let path) = backend.storage else { continue }
      let facts = try facts(path)
      settled.backends[index].size = facts.size
      if facts.alignment > MemoryBackend.pageSize { settled.backends[index].alignment = facts.alignment }
    }
    if makesRoom, memory.slots == 0, memory.maximum == nil { settled.makeRoom() }
    return settled
  }

  /// As many slots and as much memory as the devices need, in whole pages. Sizes beyond 64 bits are for placement to
  /// refuse.
  private mutating func makeRoom() {
    let highest = devices.compactMap(\.slot).max() ?? 0
    memory.slots = UInt64(max(devices.count, min(max(highest, 0), Int(MemoryDevicePlacement.slotLimit)) + 1))
    memory.maximum = devices.reduce(memory.size) { sum, device in
      let size = backend(of: device)?.size?.alignedUp(to: MemoryBackend.pageSize) ?? 0
      let (total, overflow) = sum.addingReportingOverflow(size)
      return overflow ? .max : total
    }
  }
}
