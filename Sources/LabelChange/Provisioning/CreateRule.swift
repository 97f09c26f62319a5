package import Basics

/// Every circumstance that is worth a warning although the backend can be made.
package enum CreateRule: String, CaseIterable, FindingRule, Hashable {
  case libvirtRounds = "libvirt-rounds-size"
  case libvirtLabelSize = "libvirt-label-size"
  case libvirtPath = "libvirt-path"
  /// An alignment of 1 GiB needs a region at a multiple of 1 GiB.
  case hugeAlignment = "namespace-alignment-huge"
  /// A DIMM whose backend had this name left its condition behind.
  case conditionDropped = "condition-dropped"
  /// At present, the file could not get its name.
  case refused = "would-be-refused"

  package var severity: Finding.Severity {
    switch self {
    case .hugeAlignment, .conditionDropped, .refused: .warning
    case .libvirtRounds, .libvirtLabelSize, .libvirtPath: .note
    }
  }
}
