public import Basics

/// What `ndctl list -DRNvi` prints in a Linux guest, as ndctl 76 does: the same keys, nested in the same way.
///
/// Numbers are those of a guest that found its devices in the order of their slots; ndctl itself lists them in no order
/// that means anything.
///
/// Source: ndctl 76 ndctl/json.c, ndctl/list.c, daxctl/json.c.
public struct GuestListing: Hashable, Sendable {
  /// The list `dimms`.
  public let dimms: [DIMM]
  /// The list `regions`.
  public let regions: [Region]

  /// Lists `regions`; `persistence` is what the machine's `nvdimm-persistence=` says, `populatedNodes` are those that
  /// have memory.
  public init(_ regions: [GuestRegion], persistence: PersistenceDomain? = nil, populatedNodes: Set<UInt32> = [0]) {
    let ordered = regions.sorted { $0.device.slot < $1.device.slot }
    dimms = ordered.enumerated().map { DIMM($0.element, number: $0.offset) }
    self.regions = ordered.enumerated().map { Region($0.element, number: $0.offset, persistence, populatedNodes) }
  }

  /// The listing as ndctl prints it.
  public var json: JSONValue {
    .object([("dimms", JSONValue(dimms, \.json)), ("regions", JSONValue(regions, \.json))])
  }

  /// An object of the list `dimms`.
  public struct DIMM: Hashable, Sendable {
    /// `nmem0`.
    public let dev: String
    /// Vendor and serial number as they lie in memory, in hex.
    public let id: String
    /// The NFIT handle.
    public let handle: UInt32
    /// The SMBIOS handle; 0 for virtual DIMMs.
    public let physicalID: Int
    /// `disabled`; left out where the DIMM is in use.
    public let state: String?
    /// True for a DIMM that is unarmed; otherwise left out.
    public let armingFailed: Bool?

    init(_ region: GuestRegion, number: Int) {
      let member = InterleaveSetMember(virtualSlot: region.device.slot)
      dev = "nmem\(number)"
      id = Self.hex(member.vendorID) + "-" + Self.hex(member.serialNumber)
      handle = region.device.handle
      physicalID = 0
      state = region.isDIMMDisabled ? "disabled" : nil
      armingFailed = region.device.isUnarmed ? true : nil
    }

    fileprivate var json: JSONValue {
      JSONValue(present: [
        ("dev", .text(dev)), ("id", .text(id)), ("handle", JSONValue(handle)), ("phys_id", JSONValue(physicalID)),
        ("state", state.map { .text($0) }), ("flag_failed_arm", armingFailed.map { .boolean($0) }),
      ])
    }

    private static func hex<Number: FixedWidthInteger>(_ number: Number) -> String {
      let digits = String(number.byteSwapped, radix: 16)
      return String(repeating: "0", count: Number.bitWidth / 4 - digits.count) + digits
    }
  }
}
