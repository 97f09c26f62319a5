/// A virtual DIMM and its region, as a Linux guest shows them: what `ndctl list` has to say of them but for numbers.
///
/// Source: Linux 6.1 drivers/nvdimm/{dimm,region,namespace_devs}.c; measured on 6.1.192.
public struct GuestRegion: Sendable {
  /// The DIMM as the firmware describes it.
  public let device: NVDIMMDescription
  /// What becomes of the labels; nil for a device without a label area.
  public let probe: RegionProbe?
  /// Whether the kernel had seen labels on the DIMM before.
  public let boot: BootKind
  /// The kernel.
  public let linux: LinuxRelease
  /// The namespaces in the order in which Linux numbers them; nil where the region does not come up.
  public let namespaces: [GuestNamespace]?
  /// An info block at the start of the region that belongs to no namespace, and its offset.
  let orphan: (signature: InfoBlock.Signature, offset: UInt64)?

  /// Looks at the region of `device`, whose label area is `labels`, as `linux` does.
  ///
  /// `read` gives bytes of the region by their offset in it. It is asked for bytes inside only.
  public init<Failure: Error>(
    _ device: NVDIMMDescription, labels: LabelArea?, boot: BootKind = .cold, linux: LinuxRelease = .newest,
    read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    self.device = device
    self.boot = boot
    self.linux = linux
    let probe = labels.map {
      RegionProbe(
        $0, regionSize: device.length, cookie: InterleaveSetCookie(virtualSlot: device.slot), boot: boot,
        linux: linux)
    }
    self.probe = probe
    switch probe?.outcome {
    case nil, .labelless: namespaces = [try GuestNamespace(wholeOf: device, linux, read: read)]
    case .refused: namespaces = nil
    case .namespaces(let labelled):
      // Linux compares the addresses as they lie in memory, lowest byte first.
      let ordered = labelled.sorted { (device.base &+ $0.dpa).byteSwapped < (device.base &+ $1.dpa).byteSwapped }
      var namespaces: [GuestNamespace] = []
      for label in ordered {
        namespaces.append(try GuestNamespace(label, of: device, after: namespaces, linux, read: read))
      }
      if namespaces.first?.probe?.advancesSeed ?? true { namespaces.append(.seed) }
      self.namespaces = namespaces
    }
    orphan = try Self.orphan(in: device, beside: namespaces ?? [], read: read)
  }

  /// The info block of a namespace that began with the region and is not there any more. Labelled namespaces have a BTT
  /// at their start, all others have their block one page behind it.
  private static func orphan<Failure: Error>(
    in device: NVDIMMDescription, beside namespaces: [GuestNamespace],
    read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> (signature: InfoBlock.Signature, offset: UInt64)? {
    let labelled = namespaces.compactMap(\.label)
    // A namespace without a label spans the region, and looks at the second page itself.
    let offsets: [UInt64] =
      namespaces.contains { $0.label == nil && $0.extent != nil } ? [0] : [0, PFNInfoBlock.offset]
    for offset in offsets where offset + UInt64(InfoBlock.size) <= device.length {
      guard !labelled.contains(where: { $0.dpa <= offset && offset - $0.dpa < $0.size }) else { continue }
      let block = try read(offset, InfoBlock.size)
      guard let signature = InfoBlock.Signature(of: block), (signature == .btt) || offset > 0,
        InfoBlock.checksumHolds(block)
      else { continue }
      return (signature, offset)
    }
    return nil
  }

  /// `regionN/align`: what Linux rounds new namespaces to (region_devs.c `default_align`).
  public var alignment: UInt64 {
    device.length < Self.largestAlignment ? PFNLayout.pageSize : Self.largestAlignment
  }

  /// `MEMREMAP_COMPAT_ALIGN_MAX`
  private static let largestAlignment: UInt64 = 16 << 20

  /// Whether the driver has refused the DIMM.
  public var isDIMMDisabled: Bool { refusal != nil }

  private var refusal: ProbeRefusal? { probe?.members.first?.refusal }

  /// Whether the kernel takes the region for one that has labels, be it without one.
  private var isLabelled: Bool {
    guard let probe else { return false }
    return boot == .warm || probe.members.first?.dimm.outcome == .labelled
  }

  /// `set_cookie`, which ndctl shows of regions with labels.
  public var setCookie: UInt64? {
    guard isLabelled, let probe else { return nil }
    guard !isDIMMDisabled else { return probe.cookie.v1_1 }
    return probe.members.first?.dimm.area.indexes.current.map { probe.cookie.value(under: $0) } ?? probe.cookie.v1_2
  }

  /// What is left for namespaces. Without labels there is nothing to be had.
  public var capacity: FreeCapacity {
    guard isLabelled, !isDIMMDisabled, let dimm = probe?.members.first?.dimm else { return .none }
    return FreeCapacity(
      regionSize: device.length, alignment: alignment,
      reservations: dimm.outcome == .labelled ? dimm.labels.compactMap(\.reservation) : [])
  }
}
