package import Basics
package import PersistentMemory

/// The NVDIMM Firmware Interface Table: the place of each NVDIMM's region and the device that holds it.
///
/// Field for field the same as that of QEMU's nvdimm device, so that the interleave-set cookies, which Linux computes
/// from these fields and ndctl stores in the labels, are the same on both: one range, one map and one control region
/// per NVDIMM, here in slot order.
///
/// Source: ACPI 6.5, 5.2.25 (NFIT); QEMU 7.2 hw/acpi/nvdimm.c.
package struct NFIT: Sendable {
  package let dimms: [NVDIMMDescription]
  package let persistence: PersistenceDomain?

  package init(dimms: [NVDIMMDescription], persistence: PersistenceDomain? = nil) {
    self.dimms = dimms.sorted { $0.slot < $1.slot }
    self.persistence = persistence
  }

  /// The structures, without the table's header: the value of `_FIT` (ACPI 6.5, 6.5.9).
  package var structures: [UInt8] {
    var bytes = dimms.flatMap { Self.range(of: $0) + Self.map(of: $0) + Self.controlRegion(of: $0) }
    for dimm in dimms {
      if let hint = dimm.flushHint { bytes += Self.flushHints(of: dimm, at: hint) }
    }
    if let persistence { bytes += Self.platformCapabilities(persistence) }
    return bytes
  }

  /// The table as placed in the guest's memory: four reserved bytes precede the structures.
  package var table: [UInt8] {
    SystemTable.bytes(signature: "NFIT", revision: 1, body: [0, 0, 0, 0] + structures)
  }
}

extension NFIT {
  /// The start of every structure (ACPI 6.5, table 5.130).
  package enum StructureField {
    package static let type = Field<UInt16>("type", at: 0)
    package static let length = Field<UInt16>("length", at: 2)
  }

  /// Type 0, System Physical Address Range Structure (ACPI 6.5, 5.2.25.2).
  package enum RangeField {
    package static let index = Field<UInt16>("SPA range structure index", at: 4)
    package static let flags = Field<UInt16>("flags", at: 6)
    package static let proximityDomain = Field<UInt32>("proximity domain", at: 12)
    package static let typeGUID = 16..<32
    package static let base = Field<UInt64>("system physical address range base", at: 32)
    package static let length = Field<UInt64>("system physical address range length", at: 40)
    package static let attributes = Field<UInt64>("memory mapping attribute", at: 48)

    /// Flags: the control region is only for management during hot add; the proximity domain is valid.
    static let controlRegionForHotAdd: UInt16 = 1 << 0
    static let proximityDomainValid: UInt16 = 1 << 1
    /// Attributes EFI_MEMORY_WB and EFI_MEMORY_NV (UEFI 2.10, 7.2).
    static let writeBack: UInt64 = 0x8
    static let nonVolatile: UInt64 = 0x8000
  }

  /// Type 1, NVDIMM Region Mapping Structure (ACPI 6.5, 5.2.25.3).
  package enum MapField {
    package static let handle = Field<UInt32>("NFIT device handle", at: 4)
    package static let physicalID = Field<UInt16>("NVDIMM physical ID", at: 8)
    package static let regionID = Field<UInt16>("NVDIMM region ID", at: 10)
    package static let rangeIndex = Field<UInt16>("SPA range structure index", at: 12)
    package static let controlRegionIndex = Field<UInt16>("NVDIMM control region structure index", at: 14)
    package static let regionSize = Field<UInt64>("NVDIMM region size", at: 16)
    package static let regionOffset = Field<UInt64>("region offset", at: 24)
    package static let regionBase = Field<UInt64>("NVDIMM physical address region base", at: 32)
    package static let interleaveIndex = Field<UInt16>("interleave structure index", at: 40)
    package static let interleaveWays = Field<UInt16>("interleave ways", at: 42)
    package static let stateFlags = Field<UInt16>("NVDIMM state flags", at: 44)

    /// State flag: the device cannot keep the data written to it.
    package static let notArmed: UInt16 = 1 << 3
  }

  /// Type 4, NVDIMM Control Region Structure (ACPI 6.5, 5.2.25.6).
  package enum ControlRegionField {
    package static let index = Field<UInt16>("NVDIMM control region structure index", at: 4)
    package static let vendor = Field<UInt16>("vendor ID", at: 6)
    package static let device = Field<UInt16>("device ID", at: 8)
    package static let revision = Field<UInt16>("revision ID", at: 10)
    package static let serial = Field<UInt32>("serial number", at: 24)
    package static let formatInterface = Field<UInt16>("region format interface code", at: 28)
  }

  /// Type 6, Flush Hint Address Structure (ACPI 6.5, 5.2.25.8).
  package enum FlushHintField {
    package static let handle = Field<UInt32>("NFIT device handle", at: 4)
    package static let count = Field<UInt16>("number of flush hint addresses", at: 8)
    package static let address = Field<UInt64>("flush hint address 1", at: 16)
  }

  /// Type 7, Platform Capabilities Structure (ACPI 6.5, 5.2.25.9).
  package enum CapabilityField {
    package static let highestValid = Field<UInt8>("highest valid capability", at: 4)
    package static let capabilities = Field<UInt32>("capabilities", at: 8)
  }
}
