/// What becomes of one label whose slot is in use.
package enum LabelVerdict: Hashable, Sendable {
  /// Its namespace is there.
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
package struct ProbeRefusal: Hashable, Sendable {
  package let slot: Int
  package let rule: LabelRule

  package init(slot: Int, rule: LabelRule) {
    self.slot = slot
    self.rule = rule
  }
}

/// Whether a DIMM had shown labels before in the life of the guest's kernel.
///
/// Linux remembers it (NDD_LABELING) until the device is removed: a DIMM whose labels are lost afterwards comes up
/// empty or not at all, where at a boot it would be taken for one that never had labels.
package enum BootKind: String, Sendable, CaseIterable {
  case cold, warm
}
