import Basics
package import FoundationEssentials

/// One DIMM of an interleave set, with the values from its NFIT structures.
///
/// The numbers are those of the NFIT as little-endian integers; sysfs shows them with their bytes exchanged.
public struct InterleaveSetMember: Hashable, Sendable {
  /// "Region Offset" of the memory device mapping structure (ACPI 6.5, 5.2.25.3).
  public let regionOffset: UInt64
  /// "Serial Number" of the control region structure (ACPI 6.5, 5.2.25.6), like the rest.
  public let serialNumber: UInt32
  /// "Vendor ID".
  public let vendorID: UInt16
  /// "Manufacturing Date"; 0 where it is not valid.
  public let manufacturingDate: UInt16
  /// "Manufacturing Location"; 0 where it is not valid.
  public let manufacturingLocation: UInt8

  /// A DIMM with these fields in its NFIT structures.
  public init(
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
  public init(virtualSlot slot: Int) {
    self.init(
      regionOffset: 0, serialNumber: Self.virtualSerialNumber &+ UInt32(truncatingIfNeeded: slot), vendorID: 0x8086)
  }

  /// The serial number of the virtual DIMM in slot 0.
  static let virtualSerialNumber: UInt32 = 0x123456
}

/// The cookies that labels must carry to belong to an interleave set: a checksum over the DIMMs it is made of.
///
/// Source: Linux drivers/acpi/nfit/core.c, `acpi_nfit_init_interleave_set`.
public struct InterleaveSetCookie: Hashable, Sendable {
  /// The cookie for labels under an index block of version 1.1 exactly.
  public let v1_1: UInt64
  /// The cookie for all other labels.
  public let v1_2: UInt64
  /// The version 1.1 cookie of kernels that sorted wrongly; accepted in its place, whatever the version.
  public let alternative: UInt64
  /// Whether it is that of a region of a CXL device.
  package let isOfCXLDevice: Bool

  /// The cookies of the set that `members` make up, in any order.
  public init(_ members: [InterleaveSetMember]) {
    let sorted = members.sorted { $0.regionOffset < $1.regionOffset }
    v1_1 = Fletcher64.checksum(sorted.flatMap(\.recordV1_1))
    v1_2 = Fletcher64.checksum(sorted.flatMap(\.recordV1_2))
    // memcmp of the offsets as they lie in memory.
    let historic = members.sorted { $0.regionOffset.byteSwapped < $1.regionOffset.byteSwapped }
    alternative = Fletcher64.checksum(historic.flatMap(\.recordV1_1))
    isOfCXLDevice = false
  }

  /// The cookie `value` in all labels of a CXL device, whose labels Linux writes as those of an NVDIMM.
  package init(ofCXLDevice value: UInt64) {
    v1_1 = value
    v1_2 = value
    alternative = value
    isOfCXLDevice = true
  }

  /// The cookie of the region that the CXL device with the number `serialNumber` is by itself, from its byte `offset` on;
  /// of a device without a number, which is one with the number 0, it is 0.
  ///
  /// Source: Linux drivers/cxl/core/region.c, `struct cxl_pmem_region_info` and `cxl_pmem_region_probe`.
  public init(cxlSerialNumber serialNumber: UInt64, offset: UInt64 = 0) {
    var record: [UInt8] = []
    record.append(littleEndian: offset)
    record.append(littleEndian: serialNumber)
    self.init(ofCXLDevice: Fletcher64.checksum(record))
  }

  /// The number of the CXL device whose region begins with its first byte and has this cookie.
  package var cxlSerialNumber: UInt64 {
    // The words of the record are 0, 0, and the two of the number: low = a + b, high = 2a + b.
    let low = UInt32(truncatingIfNeeded: v1_2)
    let first = UInt32(truncatingIfNeeded: v1_2 >> 32) &- low
    return UInt64(low &- first) << 32 | UInt64(first)
  }

  /// The type GUID that 256-byte labels of the set must carry; zero for the region of a CXL device.
  package var labelType: UUID { isOfCXLDevice ? .zero : NamespaceType.pmem.guid }

  /// The cookies of the set that the virtual DIMM in `slot` is by itself.
  public init(virtualSlot slot: Int) { self.init([InterleaveSetMember(virtualSlot: slot)]) }

  /// The cookie that labels under `index` must carry.
  public func value(under index: IndexBlock) -> UInt64 { index.version == .v1_1 ? v1_1 : v1_2 }

  /// Whether Linux accepts `cookie` in a label under `index`.
  public func accepts(_ cookie: UInt64, under index: IndexBlock) -> Bool {
    cookie == value(under: index) || cookie == alternative
  }

  /// The slot of the virtual DIMM whose labels carry `cookie`, of either version; nil for that of any other DIMM.
  public static func virtualSlot(of cookie: UInt64) -> Int? {
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
  public static let virtualSlots = 256
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
