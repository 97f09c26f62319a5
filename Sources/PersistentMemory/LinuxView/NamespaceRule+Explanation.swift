public import Basics

extension NamespaceRule {
  package var explanation: Explanation {
    switch self {
    case .blockDamaged:
      Explanation(
        cause: "The info block of a namespace is damaged.",
        consequence: """
          The guest ignores the block and shows a raw namespace, in which the data begins elsewhere and the file \
          system is not found.
          """,
        cure: "Write nothing to the namespace, and restore the block from a copy of the backend.")
    case .blockForeign:
      Explanation(
        cause: "The info block in a labelled namespace belongs to another label, or to a namespace without a label.",
        consequence: """
          The guest ignores the block and shows a raw namespace, in which the data begins elsewhere and the file \
          system is not found.
          """,
        cure: """
          Write nothing to the namespace, and restore the label to which the block belongs with \
          `vnvdimm-migrate-labels restore`.
          """)
    case .blockOrphaned:
      Explanation(
        cause: "An info block lies where no label describes a namespace.",
        consequence: """
          The guest does not see the namespace that the block belongs to, and may overwrite it with a new one.
          """,
        cure: """
          Restore a backup of the label area with `vnvdimm-migrate-labels restore`, or make a new label from the info \
          block with `vnvdimm-migrate-labels repair`. If the namespace was deleted on purpose, check the backend with \
          `--allow info-block-orphaned`.
          """)
    case .blockMissing:
      Explanation(
        cause: "The label of a namespace names an info block that is not there.",
        consequence: """
          The guest shows a raw namespace. If a file system lies where the block would place the data, or the second \
          info block of a translation table survives, the guest does not see it, and the finding is an error.
          """,
        cure: """
          Create the namespace again in the guest if it never held data; otherwise restore the block from a copy of \
          the backend.
          """)
    case .blockRefused:
      Explanation(
        cause: """
          The info block of a namespace does not fit the namespace, its place in the guest's memory, or the guest's \
          pages.
          """,
        consequence: "The guest makes no device of the namespace, and cannot reach its data.",
        cure: "Plug the DIMM into the same machine, at the same place, as before.")
    case .tableRefused:
      Explanation(
        cause: "The translation table of a namespace in sector mode cannot be used.",
        consequence: "The guest makes no device of the namespace, and cannot reach its data.",
        cure: "Look at the table with ndctl-check-namespace(1) in the guest, which repairs some faults.")
    case .tooSmall:
      Explanation(
        cause: """
          The namespace has fewer than 4096 bytes, or begins less than 8192 bytes before the end of its region or \
          before another namespace.
          """,
        consequence: "The guest makes no device of the namespace.",
        cure: "Delete the namespace in the guest, and create a larger one.")
    case .uuidTwice:
      Explanation(
        cause: "Two NVDIMMs of one machine have a namespace with the same uuid: one is a clone of the other.",
        consequence: """
          The guest shows both, but each name by uuid, such as `/dev/disk/by-id/pmem-UUID`, leads to one of them alone, \
          and which one is not certain: the guest may mount, and write to, the wrong one.
          """,
        cure: "Give the clone uuids of its own with `vnvdimm-migrate-labels renew-uuids`.")
    }
  }

  package var chapter: RuleChapter { .namespaces }
}

/// Everything that can be found in the namespaces of a region. The raw value is the stable id.
public enum NamespaceRule: String, CaseIterable, FindingRule, Hashable {
  /// Linux ignores an info block because it is damaged, and the guest shows a raw namespace.
  case blockDamaged = "info-block-damaged"
  /// Linux ignores an info block because it belongs to a namespace with another label.
  case blockForeign = "info-block-foreign"
  /// An info block lies where no label describes a namespace: the label that named it is gone.
  case blockOrphaned = "info-block-orphaned"
  /// The label names an info block that is not there.
  case blockMissing = "info-block-missing"
  /// An info block does not fit its namespace, which therefore has no device.
  case blockRefused = "info-block-refused"
  /// The translation table cannot be used, and the namespace has no device.
  case tableRefused = "btt-refused"
  /// The namespace is too small for Linux to make a device of it.
  case tooSmall = "namespace-too-small"
  /// Another NVDIMM of the machine has a namespace with the same uuid.
  case uuidTwice = "namespace-uuid-twice"

  public var severity: Finding.Severity {
    switch self {
    case .blockMissing: .warning
    case .blockForeign, .blockOrphaned, .blockDamaged, .blockRefused, .tableRefused, .tooSmall, .uuidTwice: .error
    }
  }
}
