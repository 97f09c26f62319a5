package import Basics
import PersistentMemory

extension LayoutRule {
  package var explanation: Explanation {
    switch self {
    case .size:
      Explanation(
        cause: "The start gives another mapped size than the sealed one.",
        consequence: "QEMU looks for the labels in another place, and the guest does not see its namespaces.",
        cure: "Use the size in the hint.")
    case .labelSize:
      Explanation(
        cause: "The start gives another label size than the sealed one, or none.",
        consequence: "QEMU looks for the labels in another place, or the guest may overwrite them.",
        cure: "Use the label size in the hint.")
    case .alignment:
      Explanation(
        cause: "The start gives another alignment than the sealed one.",
        consequence: """
          The guest size changes. If it stays the same, the finding is a warning.
          """,
        cure: "Use the alignment in the hint.")
    case .slot:
      Explanation(
        cause: "The start puts the DIMM into another slot than the sealed one.",
        consequence: "The guest shows none of the namespaces.",
        cure: "Use the slot in the hint.")
    case .release:
      Explanation(
        cause: """
          This release of QEMU, or this machine, lays the backend out differently from the one for which it was \
          sealed.
          """,
        consequence: """
          The guest sees another region, or none. If the layout stays the same, the finding is a warning.
          """,
        cure: "Start the guest with the release and the machine that the message expects.")
    case .truncated:
      Explanation(
        cause: "The file has become shorter since it was sealed.",
        consequence: "Everything that lay beyond the new end is lost.",
        cure: "Restore the backend from a copy.")
    case .extended:
      Explanation(
        cause: "The file has become longer since it was sealed.",
        consequence: """
          The labels are still in their old place. A start with the old size finds them, and the finding is a warning; a \
          start with the new size does not, and the finding is an error.
          """,
        cure: "Keep `size=` as it was, or move the labels with `vnvdimm-migrate-labels relocate`.")
    case .unreadable:
      Explanation(
        cause: "The fingerprint beside the backend is damaged, or was written by a later version of the suite.",
        consequence: "Nothing can be said about what has changed since the backend was sealed.",
        cure: "Use the later version. If the fingerprint is damaged, seal the backend again.")
    case .replaced:
      Explanation(
        cause: "Another file now has this name, with a copy of the fingerprint.",
        consequence: "The guest may get labels and data of an earlier time.",
        cure: "Seal the file again with `vnvdimm-resize-guard seal` if it is the right one.")
    case .older:
      Explanation(
        cause: "The contents are older than the fingerprint: an old file was restored.",
        consequence: "The guest gets labels and data of an earlier time.",
        cure: "Seal the file again with `vnvdimm-resize-guard seal` if that was intended.")
    case .labelsUnreadable:
      Explanation(
        cause: "There is no valid index block where the labels were.",
        consequence: "The guest sees none of the namespaces that the labels describe.",
        cure: """
          Rebuild the index blocks with `vnvdimm-migrate-labels repair`, or restore a backup with \
          `vnvdimm-migrate-labels restore`.
          """)
    case .namespacesMissing:
      Explanation(
        cause: """
          Namespaces of the fingerprint are gone, or lie elsewhere: they were deleted, or an old file was restored.
          """,
        consequence: "The guest does not find them where they were.",
        cure: """
          Restore a backup of the labels with `vnvdimm-migrate-labels restore`, or seal the backend again with \
          `vnvdimm-resize-guard seal` if that was intended.
          """)
    case .labelsChanged:
      Explanation(
        cause: """
          The labels have changed since the backend was sealed, and all namespaces of the fingerprint are still there.
          """,
        consequence: "The fingerprint no longer describes the labels; nothing is lost.",
        cure: "Seal the backend again with `vnvdimm-resize-guard seal` if the guest has run since.")
    }
  }

  package var chapter: RuleChapter { .fingerprint }
}

/// Every difference that a backend can have from its layout fingerprint. The raw value is the stable id.
package enum LayoutRule: String, CaseIterable, FindingRule, Hashable {
  // The values that a start would use.
  case size = "layout-size"
  case labelSize = "layout-label-size"
  case alignment = "layout-alignment"
  case slot = "layout-slot"
  /// Another release of QEMU, or another machine, has other layout rules.
  case release = "layout-release"

  // The file.
  case truncated = "layout-truncated"
  case extended = "layout-extended"
  /// Another file has the name and a copy of the fingerprint.
  case replaced = "layout-replaced"
  /// The contents are older than the fingerprint.
  case older = "layout-older"

  /// There is a fingerprint, but it cannot be read.
  case unreadable = "layout-unreadable"

  // The labels.
  /// The valid index block has gone.
  case labelsUnreadable = "layout-labels-unreadable"
  /// Namespaces of the fingerprint are missing, or lie elsewhere.
  case namespacesMissing = "layout-namespaces-missing"
  /// The labels have changed, but all namespaces of the fingerprint are still present.
  case labelsChanged = "layout-labels-changed"

  package var severity: Finding.Severity {
    switch self {
    case .extended, .labelsChanged: .warning
    case .size, .labelSize, .alignment, .slot, .release, .truncated, .replaced, .older, .unreadable, .labelsUnreadable,
      .namespacesMissing:
      .error
    }
  }
}

extension LayoutRule {
  /// The findings about the medium itself that say the same: the medium takes precedence over the seal.
  package var equivalents: Set<Rule> {
    switch self {
    case .size, .labelSize:
      Set(
        [BackendRule.labelAreaBehind, .labelAreaElsewhere, .labelAreaOther, .labelAreaUnused, .labelAreaCutOff]
          .map { Rule($0) })
    case .slot: [Rule(BackendRule.labelsOtherSlot)]
    case .labelsUnreadable: [Rule(LabelRule.indexLost), Rule(NamespaceRule.blockOrphaned)]
    case .alignment, .release, .truncated, .extended, .replaced, .older, .unreadable, .namespacesMissing,
      .labelsChanged:
      []
    }
  }
}
