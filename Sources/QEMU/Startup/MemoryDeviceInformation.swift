/// A memory device as QEMU's `query-memory-devices` prints it. Source: QEMU `qapi/machine.json`.
package struct MemoryDeviceInformation: Equatable, Sendable, Codable {
  package struct Facts: Equatable, Sendable, Codable {
    package var id: String?
    package var memdev: String
    package var size: UInt64
    /// Of a DIMM.
    package var addr: UInt64?
    package var slot: Int?
    package var node: UInt32?
    package var hotplugged: Bool?
    package var hotpluggable: Bool?
    /// Of virtio-pmem.
    package var memaddr: UInt64?

    package init(
      id: String? = nil, memdev: String, size: UInt64, addr: UInt64? = nil, slot: Int? = nil, node: UInt32? = nil,
      hotplugged: Bool? = nil, hotpluggable: Bool? = nil, memaddr: UInt64? = nil
    ) {
      self.id = id
      self.memdev = memdev
      self.size = size
      self.addr = addr
      self.slot = slot
      self.node = node
      self.hotplugged = hotplugged
      self.hotpluggable = hotpluggable
      self.memaddr = memaddr
    }
  }

  package var type: String
  package var data: Facts

  package init(type: String, data: Facts) {
    self.type = type
    self.data = data
  }
}

extension MachinePrediction {
  /// What `query-memory-devices` answers.
  package var memoryDevices: [MemoryDeviceInformation] { devicesByAddress.map(\.information) }
}

extension MachinePrediction.Device {
  package var information: MemoryDeviceInformation {
    var facts = MemoryDeviceInformation.Facts(id: option.id, memdev: "/objects/\(backend)", size: placement.size)
    if option.kind == .persistentMemory {
      facts.memaddr = placement.address
    } else {
      facts.addr = placement.address
      facts.slot = placement.slot
      facts.node = option.node
      facts.hotplugged = isHotplugged
      facts.hotpluggable = true
    }
    return MemoryDeviceInformation(type: option.kind.typeInQuery, data: facts)
  }
}
