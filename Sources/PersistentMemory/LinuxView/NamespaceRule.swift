package import Basics

/// Everything that can be found in the namespaces of a region. The raw value is the stable id.
package enum NamespaceRule: String, FindingRule, Hashable {
  /// An info block that is passed over because it is broken: the guest shows a raw namespace.
  case blockDamaged = "info-block-damaged"
  /// An info block that belongs to a namespace with another label, and is passed over.
  case blockForeign = "info-block-foreign"
  /// The label asks for an info block that is not there.
  case blockMissing = "info-block-missing"
  /// An info block that does not fit: the namespace has no device.
  case blockRefused = "info-block-refused"
  /// A translation table that cannot be used: the namespace has no device.
  case tableRefused = "btt-refused"
  case tooSmall = "namespace-too-small"

  package var severity: Finding.Severity {
    switch self {
    case .blockForeign, .blockMissing: .warning
    case .blockDamaged, .blockRefused, .tableRefused, .tooSmall: .error
    }
  }
}
