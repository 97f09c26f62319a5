package import Basics

/// What is worth a warning though the backend can be made.
package enum CreateRule: String, CaseIterable, FindingRule, Hashable {
  case libvirtRounds = "libvirt-rounds-size"
  case libvirtLabelSize = "libvirt-label-size"
  case libvirtPath = "libvirt-path"
  /// An alignment of 1 GiB asks for a region at such an address.
  case hugeAlignment = "namespace-alignment-huge"
  /// A DIMM whose backend had the name has left its condition.
  case conditionDropped = "condition-dropped"
  /// As things are, the file could not get its name.
  case refused = "would-be-refused"

  package var severity: Finding.Severity {
    switch self {
    case .hugeAlignment, .conditionDropped, .refused: .warning
    case .libvirtRounds, .libvirtLabelSize, .libvirtPath: .note
    }
  }
}
