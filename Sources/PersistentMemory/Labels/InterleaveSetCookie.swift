import Basics
package import FoundationEssentials

/// One DIMM of an interleave set, with what its NFIT structures say about it.
///
/// The numbers are those of the NFIT as little-endian integers; sysfs shows them with their bytes exchanged.
package struct InterleaveSetMember: Hashable, Sendable {
  /// "Region Offset" of the memory device mapping structure (ACPI 6.5, 5.2.25.3).
  package let regionOffset: UInt64
  /// The rest: fields of the control region structure (ACPI 6.5, 5.2.25.6).
  package let serialNumber: UInt32
  package let vendorID: UInt16
  package let manufacturingDate: UInt16
  package let manufacturingLocation: UInt8

  package init(
    regionOffset: UInt64, serialNumber: UInt32, vendorID: UInt16, manufacturingDate: UInt16 = 0,
    manufacturingLocation: UInt8 = 0
  ) {
    self.regionOffset = regionOffset
    self.serialNumber = serialNumber
    self.vendorID = vendorID
    self.manufacturingDate = manufacturingDate
    self.manufacturingLocation = manufacturingLocation
  }

  /// The DIMM that QEMU (hw/acpi/nvdimm.c) and `vnvdimm emulate` put into `slot`: it is a set of its own.
  package init(virtualSlot slot: Int) {
    self.init(
      regionOffset: 0, serialNumber: Self.virtualSerialNumber &+ UInt32(truncatingIfNeeded: slot), vendorID: 0x8086)
  }

  /// The serial number of the virtual DIMM in slot 0.
  static let virtualSerialNumber: UInt32 = 0x123456
}

/// The cookies that labels must carry to belong to an interleave set: a checksum over the DIMMs it is made of.
///
/// Source: Linux drivers/acpi/nfit/core.c, `acpi_nfit_init_interleave_set`.
package struct InterleaveSetCookie: Hashable, Sendable {
  /// For labels under an index block of version 1.1 exactly.
  package let v1_1: UInt64
  /// For all other labels.
  package let v1_2: UInt64
  /// The version 1.1 cookie of kernels that sorted wrongly; accepted in its place, whatever the version.
  package let alternative: UInt64

  package init(_ members: [InterleaveSetMember]) {
    let sorted = members.sorted { $0.regionOffset < $1.regionOffset }
    v1_1 = Fletcher64.checksum(sorted.flatMap(\.recordV1_1))
    v1_2 = Fletcher64.checksum(sorted.flatMap(\.recordV1_2))
    // memcmp of the offsets as they lie in memory.
    let historic = members.sorted { $0.regionOffset.byteSwapped < $1.regionOffset.byteSwapped }
    alternative = Fletcher64.checksum(historic.flatMap(\.recordV1_1))
  }

  private init(all value: UInt64) {
    v1_1 = value
    v1_2 = value
    alternative = value
  }

  /// What Linux 6.1 has for the region of a CXL device, whose labels it writes as those of an NVDIMM: no cookie at all.
  package static let cxl = InterleaveSetCookie(all: 0)

  /// The type GUID that 256-byte labels of the set must carry. The region of a CXL device has none.
  package var labelType: UUID { self == .cxl ? .zero : NamespaceType.pmem.guid }

  /// The cookies of the set that the virtual DIMM in `slot` is by itself.
  package init(virtualSlot slot: Int) { self.init([InterleaveSetMember(virtualSlot: slot)]) }

  /// The cookie that labels under `index` must carry.
  package func value(under index: IndexBlock) -> UInt64 { index.version == .v1_1 ? v1_1 : v1_2 }

  /// Whether Linux accepts `cookie` in a label under `index`.
  package func accepts(_ cookie: UInt64, under index: IndexBlock) -> Bool {
    cookie == value(under: index) || cookie == alternative
  }

  /// The slot of the virtual DIMM whose labels carry `cookie`, of either version; nil for that of any other DIMM.
  package static func virtualSlot(of cookie: UInt64) -> Int? {
    let first = InterleaveSetMember(virtualSlot: 0)
    let low = UInt32(truncatingIfNeeded: cookie)
    for serialNumber in [low, low &- UInt32(first.vendorID)] {
      let slot = Int(serialNumber &- first.serialNumber)
      guard slot < virtualSlots else { continue }
      let candidate = InterleaveSetCookie(virtualSlot: slot)
      if cookie == candidate.v1_1 || cookie == candidate.v1_2 { return slot }
    }
    return nil
  }

  /// Slots that a machine can have: QEMU's `ACPI_MAX_RAM_SLOTS`.
  package static let virtualSlots = 256
}

extension InterleaveSetMember {
  /// 16 bytes: Linux `struct nfit_set_info_map`.
  fileprivate var recordV1_1: [UInt8] {
    var record: [UInt8] = []
    record.append(littleEndian: regionOffset)
    record.append(littleEndian: UInt64(serialNumber))
    return record
  }

  /// 48 bytes: Linux `struct nfit_set_info_map2`.
  fileprivate var recordV1_2: [UInt8] {
    var record: [UInt8] = []
    record.append(littleEndian: regionOffset)
    record.append(littleEndian: serialNumber)
    record.append(littleEndian: vendorID)
    record.append(littleEndian: manufacturingDate)
    record.append(manufacturingLocation)
    return record + [UInt8](repeating: 0, count: 48 - record.count)
  }
}
