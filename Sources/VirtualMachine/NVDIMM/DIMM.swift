package import HostResources
package import SystemPackage
package import VNVDIMMCore

/// A virtual NVDIMM: a mapped backend whose first bytes are the guest's persistent memory and whose last are labels.
///
/// The guest reads and writes its region without an exit; the label area it reaches only by its label methods.
package final class DIMM: Sendable {
  package let slot: Int
  /// Where the region begins in the guest's physical address space.
  package let address: UInt64
  package let geometry: BackendGeometry
  package let node: UInt32
  package let isUnarmed: Bool
  package let isReadOnly: Bool
  /// What is written goes by the host's page cache.
  let hasPageCache: Bool
  let mapping: MemoryMapping

  package init(
    slot: Int, address: UInt64, geometry: BackendGeometry, mapping: consuming MemoryMapping, node: UInt32 = 0,
    isUnarmed: Bool = false, isReadOnly: Bool = false, hasPageCache: Bool = true
  ) {
    precondition(geometry.mappedSize <= mapping.size, "the geometry of another backend")
    self.slot = slot
    self.address = address
    self.geometry = geometry
    self.mapping = mapping
    self.node = node
    self.isUnarmed = isUnarmed
    self.isReadOnly = isReadOnly
    self.hasPageCache = hasPageCache
  }

  /// What the guest sees of it.
  package var range: Range<UInt64> { address..<address + geometry.regionSize }

  /// As the guest's firmware tables describe it.
  package var description: NVDIMMDescription {
    NVDIMMDescription(slot: slot, base: address, length: geometry.regionSize, node: node, isUnarmed: isUnarmed)
  }

  /// Its label area, where it has one.
  package var labels: (any LabelStorage)? { geometry.labelSize > 0 ? MappedLabels(dimm: self) : nil }

  /// Makes durable what guest and label methods wrote to a shared backend. A DAX device has no page cache that
  /// could hold anything back.
  package func synchronise() throws(Errno) { if !isReadOnly, hasPageCache { try mapping.synchronise() } }
}

/// The label area within a DIMM's mapping. With a shared backend a write is in the file at once.
private struct MappedLabels: LabelStorage {
  let dimm: DIMM

  var size: UInt64 { dimm.geometry.labelSize }

  func read(at offset: UInt64, count: Int) throws(LabelStorageError) -> [UInt8] {
    guard let bytes = place(of: offset, count).flatMap({ dimm.mapping.read(at: $0, count: count) }) else {
      throw .failed
    }
    return bytes
  }

  func write(_ bytes: [UInt8], at offset: UInt64) throws(LabelStorageError) {
    guard !dimm.isReadOnly else { throw .readOnly }
    guard let place = place(of: offset, bytes.count), dimm.mapping.write(bytes, at: place) else { throw .failed }
  }

  private func place(of offset: UInt64, _ count: Int) -> Int? {
    guard let start = dimm.geometry.labelOffset, count >= 0, offset <= size, UInt64(count) <= size - offset else {
      return nil
    }
    return Int(exactly: start + offset)
  }
}
