/// What becomes of one label whose slot is in use.
public enum LabelVerdict: Hashable, Sendable {
  /// The guest shows the namespace of the label.
  case shown
  /// Linux passes over the label, without a word in its log.
  case hidden(LabelRule)
  /// The label makes Linux refuse the DIMM.
  case refusesDIMM(LabelRule)
  /// The label makes Linux refuse the region.
  case refusesRegion(LabelRule)
  /// Nothing is wrong with the label, but the DIMM or the region is refused for another.
  case withheld
}

/// The label for which Linux refuses a DIMM or a region, and the rule that it breaks.
public struct ProbeRefusal: Hashable, Sendable {
  /// The label slot.
  public let slot: Int
  /// The rule that the label breaks.
  public let rule: LabelRule

  package init(slot: Int, rule: LabelRule) {
    self.slot = slot
    self.rule = rule
  }
}

/// Whether a DIMM had shown labels before in the life of the guest's kernel.
///
/// Linux remembers it (NDD_LABELING) until the device is removed: a DIMM whose labels are lost afterwards comes up
/// empty or not at all, where at a boot it would be taken for one that never had labels.
public enum BootKind: String, Sendable, CaseIterable {
  /// The kernel has not seen labels on the DIMM, as at a boot.
  case cold
  /// The kernel has already seen labels on the DIMM.
  case warm
}
