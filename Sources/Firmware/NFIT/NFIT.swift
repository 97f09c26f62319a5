package import PersistentMemory

/// The NVDIMM Firmware Interface Table: where each NVDIMM's region lies and which device carries it.
///
/// Field for field what QEMU's nvdimm device publishes, so that the interleave-set cookies, which Linux
/// computes from these fields and ndctl stores in the labels, are the same on both: one range, one map
/// and one control region for each NVDIMM, here in the order of the slots.
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

  /// The table as it lies in the guest's memory: four reserved bytes precede the structures.
  package var table: [UInt8] {
    SystemTable.bytes(signature: "NFIT", revision: 1, body: [0, 0, 0, 0] + structures)
  }
}
