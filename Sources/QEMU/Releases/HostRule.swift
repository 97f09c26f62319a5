package import Basics

/// Everything that can be found about what the host makes of a backend. The raw value is the stable id.
package enum HostRule: String, CaseIterable, FindingRule, Hashable {
  /// A process has it open or mapped now.
  case inUse = "backend-in-use"
  /// Whether a process has it open cannot be seen.
  case useUnknown = "backend-use-unknown"
  /// The file system has less room than a sparse file may come to need.
  case space = "host-space"
  /// Blocks are shared with another file: each first write copies, and takes space.
  case sharedExtents = "host-extents-shared"
  /// A block device is mapped through the host's page cache.
  case pageCache = "host-page-cache"
  /// What the guest writes lies in the memory of the host, and goes with it.
  case volatile = "host-volatile"
  /// A hugetlbfs whose pages are larger than the backend, or too few.
  case hugePages = "host-huge-pages"
  /// The file cannot be made as long as it is mapped.
  case tooLong = "host-file-too-long"

  package var severity: Finding.Severity {
    switch self {
    case .inUse, .space: .warning
    case .useUnknown, .sharedExtents, .pageCache: .note
    case .volatile, .hugePages, .tooLong: .error
    }
  }
}
