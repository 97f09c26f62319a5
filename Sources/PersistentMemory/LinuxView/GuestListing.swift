/// What `ndctl list -DRNvi` prints in a Linux guest, as ndctl 76 does: the same keys, nested in the same way.
///
/// Numbers are those of a guest that found its devices in the order of their slots; ndctl itself lists them in no order
/// that means anything.
///
/// Source: ndctl 76 ndctl/json.c, ndctl/list.c, daxctl/json.c.
package struct GuestListing: Hashable, Sendable, Encodable {
  package let dimms: [DIMM]
  package let regions: [Region]

  /// Lists `regions`; `persistence` is what the machine's `nvdimm-persistence=` says, `populatedNodes` are those that
  /// have memory.
  package init(_ regions: [GuestRegion], persistence: PersistenceDomain? = nil, populatedNodes: Set<UInt32> = [0]) {
    let ordered = regions.sorted { $0.device.slot < $1.device.slot }
    dimms = ordered.enumerated().map { DIMM($0.element, number: $0.offset) }
    self.regions = ordered.enumerated().map { Region($0.element, number: $0.offset, persistence, populatedNodes) }
  }

  /// An object of the list `dimms`.
  package struct DIMM: Hashable, Sendable, Encodable {
    package let dev: String
    /// Vendor and serial number as they lie in memory, in hex.
    package let id: String
    package let handle: UInt32
    package let physicalID: Int
    /// `disabled`; left out where the DIMM is in use.
    package let state: String?
    package let armingFailed: Bool?

    private enum CodingKeys: String, CodingKey {
      case dev, id, handle, state
      case physicalID = "phys_id"
      case armingFailed = "flag_failed_arm"
    }

    init(_ region: GuestRegion, number: Int) {
      let member = InterleaveSetMember(virtualSlot: region.device.slot)
      dev = "nmem\(number)"
      id = Self.hex(member.vendorID) + "-" + Self.hex(member.serialNumber)
      handle = region.device.handle
      physicalID = 0
      state = region.isDIMMDisabled ? "disabled" : nil
      armingFailed = region.device.isUnarmed ? true : nil
    }

    private static func hex<Number: FixedWidthInteger>(_ number: Number) -> String {
      let digits = String(number.byteSwapped, radix: 16)
      return String(repeating: "0", count: Number.bitWidth / 4 - digits.count) + digits
    }
  }
}
