/// A virtual DIMM and its region, as a Linux guest shows them: what `ndctl list` has to say of them but for numbers.
///
/// Source: Linux 6.1 drivers/nvdimm/{dimm,region,namespace_devs}.c; measured on 6.1.192.
package struct GuestRegion: Sendable {
  package let device: NVDIMMDescription
  /// What becomes of the labels; nil for a device without a label area.
  package let probe: RegionProbe?
  package let boot: BootKind
  /// In the order in which Linux numbers them; nil where the region does not come up.
  package let namespaces: [GuestNamespace]?

  /// Looks at the region of `device`, whose label area is `labels`.
  ///
  /// `read` gives bytes of the region by their offset in it. It is asked for bytes inside only.
  package init<Failure: Error>(
    _ device: NVDIMMDescription, labels: LabelArea?, boot: BootKind = .cold,
    read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    self.device = device
    self.boot = boot
    let probe = labels.map {
      RegionProbe(
        $0, regionSize: device.length, cookie: InterleaveSetCookie(virtualSlot: device.slot), boot: boot)
    }
    self.probe = probe
    switch probe?.outcome {
    case nil, .labelless: namespaces = [try GuestNamespace(wholeOf: device, read: read)]
    case .refused: namespaces = nil
    case .namespaces(let labelled):
      // Linux compares the addresses as they lie in memory, lowest byte first.
      let ordered = labelled.sorted { (device.base &+ $0.dpa).byteSwapped < (device.base &+ $1.dpa).byteSwapped }
      var namespaces: [GuestNamespace] = []
      for label in ordered {
        namespaces.append(try GuestNamespace(label, of: device, after: namespaces, read: read))
      }
      if namespaces.first?.probe?.advancesSeed ?? true { namespaces.append(.seed) }
      self.namespaces = namespaces
    }
  }

  /// `regionN/align`: what Linux rounds new namespaces to (region_devs.c `default_align`).
  package var alignment: UInt64 {
    device.length < Self.largestAlignment ? PFNLayout.pageSize : Self.largestAlignment
  }

  /// `MEMREMAP_COMPAT_ALIGN_MAX`
  private static let largestAlignment: UInt64 = 16 << 20

  /// Whether the driver has refused the DIMM.
  package var isDIMMDisabled: Bool { refusal != nil }

  private var refusal: ProbeRefusal? { probe?.members.first?.refusal }

  /// Whether the kernel takes the region for one that has labels, be it without one.
  private var isLabelled: Bool {
    guard let probe else { return false }
    return boot == .warm || probe.members.first?.dimm.outcome == .labelled
  }

  /// `set_cookie`, which ndctl shows of regions with labels.
  package var setCookie: UInt64? {
    guard isLabelled, let probe else { return nil }
    guard !isDIMMDisabled else { return probe.cookie.v1_1 }
    return probe.members.first?.dimm.area.indexes.current.map { probe.cookie.value(under: $0) } ?? probe.cookie.v1_2
  }

  /// What is left for namespaces. Without labels there is nothing to be had.
  package var capacity: FreeCapacity {
    guard isLabelled, !isDIMMDisabled, let dimm = probe?.members.first?.dimm else { return .none }
    return FreeCapacity(
      regionSize: device.length, alignment: alignment,
      reservations: dimm.outcome == .labelled ? dimm.labels.compactMap(\.reservation) : [])
  }
}
