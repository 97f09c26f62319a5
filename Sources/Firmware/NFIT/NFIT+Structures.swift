import Basics
import FoundationEssentials
import PersistentMemory

extension NFIT {
  /// The indices that link the structures of one device; 0 means "none".
  private static func rangeIndex(_ dimm: NVDIMMDescription) -> UInt16 { UInt16(dimm.slot + 1) * 2 }
  private static func controlRegionIndex(_ dimm: NVDIMMDescription) -> UInt16 { rangeIndex(dimm) + 1 }

  private static func structure(_ type: UInt16, length: Int) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: length)
    block[StructureField.type] = type
    block[StructureField.length] = UInt16(length)
    return block
  }

  /// Type 0: the SPA range of the region.
  static func range(of dimm: NVDIMMDescription) -> [UInt8] {
    var block = structure(0, length: 56)
    block[RangeField.index] = rangeIndex(dimm)
    block[RangeField.flags] = RangeField.controlRegionForHotAdd | RangeField.proximityDomainValid
    block[RangeField.proximityDomain] = dimm.node
    block.replaceSubrange(RangeField.typeGUID, with: NamespaceType.pmem.guid.guidBytes)
    block[RangeField.base] = dimm.base
    block[RangeField.length] = dimm.length
    block[RangeField.attributes] = RangeField.writeBack | RangeField.nonVolatile
    return block
  }

  /// Type 1: the part of the device that the range maps. The whole range is one device: no interleaving.
  static func map(of dimm: NVDIMMDescription) -> [UInt8] {
    var block = structure(1, length: 48)
    block[MapField.handle] = dimm.handle
    block[MapField.rangeIndex] = rangeIndex(dimm)
    block[MapField.controlRegionIndex] = controlRegionIndex(dimm)
    block[MapField.regionSize] = dimm.length
    block[MapField.interleaveWays] = 1
    block[MapField.stateFlags] = dimm.isUnarmed ? MapField.notArmed : 0
    return block
  }

  /// Type 4: the identity of the device. The serial number is part of the interleave-set cookie.
  static func controlRegion(of dimm: NVDIMMDescription) -> [UInt8] {
    var block = structure(4, length: 80)
    let identity = InterleaveSetMember(virtualSlot: dimm.slot)
    block[ControlRegionField.index] = controlRegionIndex(dimm)
    block[ControlRegionField.vendor] = identity.vendorID
    block[ControlRegionField.device] = 1
    block[ControlRegionField.revision] = 1
    block[ControlRegionField.serial] = identity.serialNumber
    block[ControlRegionField.formatInterface] = 0x0301
    return block
  }

  /// Type 6: the single address at which a write makes earlier writes to this device durable.
  static func flushHints(of dimm: NVDIMMDescription, at address: UInt64) -> [UInt8] {
    var block = structure(6, length: 24)
    block[FlushHintField.handle] = dimm.handle
    block[FlushHintField.count] = 1
    block[FlushHintField.address] = address
    return block
  }

  /// Type 7: the point from which the platform guarantees that writes reach the media.
  static func platformCapabilities(_ persistence: PersistenceDomain) -> [UInt8] {
    var block = structure(7, length: 16)
    block[CapabilityField.highestValid] = 1
    block[CapabilityField.capabilities] = persistence.capabilities
    return block
  }
}
