public import Basics

/// Everything that can be found about what a guest keeps in its memory. The raw value is the stable id.
public enum ContentsRule: String, CaseIterable, FindingRule, Hashable {
  /// The label area, or the gap before it, takes the end of something.
  case cutByLabel = "contents-cut-by-label"
  /// What is mapped, or the backend itself, ends before something does.
  case cutBySize = "contents-cut-by-size"
  /// Contents may extend into the label area.
  case endUnknown = "contents-end-unknown"
  /// Something lies in a region whose labels name no namespace.
  case hidden = "contents-hidden"
  /// Something ends beyond its namespace.
  case beyondNamespace = "contents-beyond-namespace"
  /// Something ends beyond its partition.
  case beyondPartition = "contents-beyond-partition"

  /// The backend is a disk image in another format than raw.
  case diskImage = "image-not-raw"
  /// What another mode of its namespace writes, or leaves out, takes something.
  case cutByMode = "contents-cut-by-mode"

  // GUID partition tables.
  case gptDamaged = "gpt-header-damaged"
  case gptBackupMissing = "gpt-backup-missing"
  /// The backup header is not in the last sector: the disk has grown.
  case gptBackupElsewhere = "gpt-backup-elsewhere"

  /// The table is one of other sectors than the guest's disk has.
  case gptSectorSize = "gpt-sector-size"

  // What keeps a file system from DAX.
  /// A raw namespace has no DAX.
  case rawNoDAX = "raw-namespace-no-dax"
  case xfsReflink = "xfs-reflink-no-dax"
  case xfsBlockSize = "xfs-block-size-no-dax"
  case extBlockSize = "ext4-block-size-no-dax"
  case noDAX = "file-system-no-dax"
  case partitionStart = "partition-start-no-dax"

  public var severity: Finding.Severity {
    switch self {
    case .cutByLabel, .cutBySize, .beyondNamespace, .beyondPartition, .cutByMode, .hidden, .gptSectorSize:
      .error
    case .diskImage, .gptDamaged, .gptBackupMissing, .xfsReflink, .xfsBlockSize, .extBlockSize,
      .partitionStart:
      .warning
    case .endUnknown, .gptBackupElsewhere, .noDAX, .rawNoDAX: .note
    }
  }
}
