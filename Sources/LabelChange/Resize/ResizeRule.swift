package import Basics

/// Every finding about a change of a backend's length. The raw value is the stable id.
package enum ResizeRule: String, CaseIterable, FindingRule, Hashable {
  /// The backend would become shorter without permission.
  case shrink = "shrink-not-allowed"
  /// A namespace reaches beyond the new region.
  case namespaceCut = "namespace-cut"
  /// A file system, a partition or a partition table reaches beyond the new region.
  case contentsCut = "contents-cut"
  /// The end of something is not known, so that it may reach beyond the new region.
  case contentsUnknown = "contents-may-be-cut"
  /// Something is found by its last bytes at the end of the region, which would move.
  case contentsEndMoved = "contents-end-moved"
  /// The backup of a partition table would no longer be at the end of the disk.
  case partitionTableEnd = "partition-table-end"
  /// Bytes beyond the new region are not zero, and have no known owner.
  case dataCut = "data-cut"
  /// Media errors lie beyond the new region.
  case mediaErrorsCut = "media-errors-cut"
  /// The guest would show something else in a namespace that stays in its place.
  case namespaceChanged = "namespace-changed"
  /// The new region is not a multiple of the guest's granularity of namespaces.
  case guestAlignment = "region-not-aligned"

  package var severity: Finding.Severity {
    switch self {
    case .guestAlignment: .warning
    case .partitionTableEnd: .note
    case .shrink, .namespaceCut, .contentsCut, .contentsUnknown, .contentsEndMoved, .dataCut, .mediaErrorsCut,
      .namespaceChanged:
      .error
    }
  }

  /// Whether `--discard-data` allows what the rule forbids.
  package var isAboutData: Bool {
    switch self {
    case .shrink, .guestAlignment, .partitionTableEnd: false
    case .namespaceCut, .contentsCut, .contentsUnknown, .contentsEndMoved, .dataCut, .mediaErrorsCut, .namespaceChanged:
      true
    }
  }
}
