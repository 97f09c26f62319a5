package import Basics

/// Everything that can differ between a backend and its layout fingerprint. The raw value is the stable id.
package enum LayoutRule: String, CaseIterable, FindingRule, Hashable {
  // What a start would use.
  case size = "layout-size"
  case labelSize = "layout-label-size"
  case alignment = "layout-alignment"
  case slot = "layout-slot"
  /// Another release of QEMU, or another machine, lays the backend out by other rules.
  case release = "layout-release"

  // The file.
  case truncated = "layout-truncated"
  case extended = "layout-extended"
  /// Another file has the name, with a copy of the fingerprint.
  case replaced = "layout-replaced"
  /// The contents are older than the fingerprint.
  case older = "layout-older"

  // The labels.
  /// There is no valid index where there was one.
  case labelsUnreadable = "layout-labels-unreadable"
  /// Namespaces of the fingerprint are not there, or lie elsewhere.
  case namespacesMissing = "layout-namespaces-missing"
  /// Labels are others, and all namespaces of the fingerprint are there.
  case labelsChanged = "layout-labels-changed"

  package var severity: Finding.Severity {
    switch self {
    case .extended, .labelsChanged: .warning
    case .size, .labelSize, .alignment, .slot, .release, .truncated, .replaced, .older, .labelsUnreadable,
      .namespacesMissing:
      .error
    }
  }
}
