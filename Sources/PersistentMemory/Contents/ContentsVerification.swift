public import Basics

/// What is wrong with the things that lie in a guest's disk: whether all of them is there, and whether a guest can use
/// them as it means to.
public struct ContentsVerification: Sendable {
  /// What was found, in the order of the contents. Offsets are bytes of the backend.
  public private(set) var findings: [Finding] = []
  private let window: ContentsWindow
  private let geometry: BackendGeometry
  private let length: UInt64
  private let command: MigrationCommand?

  /// Verifies `contents`, which were found in `window` of a backend of `length` bytes that has `geometry`. `command`
  /// changes the labels of the backend; nil where no hint is to name it.
  public init(
    _ contents: [StoredContents], in window: ContentsWindow, geometry: BackendGeometry, length: UInt64,
    command: MigrationCommand? = nil
  ) {
    self.window = window
    self.geometry = geometry
    self.length = length
    self.command = command
    guard window.place != .unclaimed else {
      noteHidden(contents)
      return
    }
    for item in contents {
      if let format = DiskImageFormat(rawValue: item.kind) { addImage(item, format) }
      verifyEnd(of: item)
      if let headers = item.headers { verify(headers, of: item) }
      if window.isDirect {
        verifyDirectAccess(to: item)
      } else if window.isRaw, ["ext2", "ext3", "ext4", "xfs"].contains(item.kind) {
        add(
          .rawNoDAX, "\(item.title) in \(window) is in a raw namespace, which has no DAX: mount -o dax fails there",
          offset: item.offset)
      }
    }
  }

  private mutating func add(
    _ rule: ContentsRule, _ message: String, stored: String? = nil, expected: String? = nil, offset: UInt64,
    hint: Hint? = nil, settings: [StartSetting] = []
  ) {
    findings.append(
      Finding(rule, message, stored: stored, expected: expected, offset: offset, hint: hint, settings: settings))
  }

  private mutating func addImage(_ item: StoredContents, _ format: DiskImageFormat) {
    add(
      .diskImage,
      "the backend is an image in the format \(item.kind): the guest sees the bytes of the format instead of the disk",
      offset: item.offset, hint: command.map { format.conversion(of: $0.path) })
  }

  /// A region gets labels that had none before, and what it held is a namespace no longer.
  private mutating func noteHidden(_ contents: [StoredContents]) {
    for item in contents where item.partition == nil {
      add(
        .hidden, "\(item.title) in \(window) belongs to no namespace: the guest does not see it", offset: item.offset)
    }
  }

  // MARK: Ends

  private mutating func verifyEnd(of item: StoredContents) {
    if let partition = item.partition, partition.end <= window.range.upperBound {
      guard let end = item.end, end > partition.end else { return }
      return addEnd(
        .beyondPartition, item, end, limit: partition.end, "the partition ends before")
    }
    guard let end = item.end else { return noteUnknownEnd(of: item) }
    // A table claims its partitions, one of which may be the only one that is cut. What is mapped may be longer than the
    // backend.
    if end > limit { addEnd(item, end) }
  }

  /// Whether the end of `item` was there before the label area was, nobody can tell.
  private mutating func noteUnknownEnd(of item: StoredContents) {
    guard window.place == .region, geometry.labelSize > 0 else { return }
    let offset = geometry.mappedSize - geometry.labelSize
    add(
      .endUnknown,
      "where \(item.title) in \(window) ends is not known; everything from \(offset.hex) on belongs to the label area",
      offset: item.offset)
  }

  /// Where the bytes end that are there.
  private var limit: UInt64 { window.place == .region ? min(window.range.upperBound, length) : window.range.upperBound }

  private mutating func addEnd(_ item: StoredContents, _ end: UInt64) {
    let taken = ByteCount(end - limit).precise
    switch window.place {
    case .namespace:
      addEnd(
        .beyondNamespace, item, end, limit: limit, "its last \(taken) are not in the namespace")
    case .region where geometry.labelSize > 0:
      let label = "the label area at \((geometry.mappedSize - geometry.labelSize).hex)"
      addEnd(
        .cutByLabel, item, end, limit: limit, "\(label) takes its last \(taken)",
        hint: command?.hint(.initialize), settings: [.labelSize(nil)])
    case .region where length < end && length <= geometry.mappedSize:
      addEnd(
        .cutBySize, item, end, limit: limit, "the backend was made shorter by its last \(taken)")
    case .region, .unclaimed:
      addEnd(
        .cutBySize, item, end, limit: limit, "its last \(taken) are not mapped",
        settings: end <= length ? [.mappedSize(length)] : [])
    }
  }

  private mutating func addEnd(
    _ rule: ContentsRule, _ item: StoredContents, _ end: UInt64, limit: UInt64, _ what: String, hint: Hint? = nil,
    settings: [StartSetting] = []
  ) {
    add(
      rule, "\(item.title) in \(window) extends beyond it: \(what)", stored: ByteCount(end).precise,
      expected: "at most \(ByteCount(limit).precise)", offset: item.offset, hint: hint,
      settings: settings)
  }

  // MARK: GUID partition tables

  private mutating func verify(_ headers: StoredContents.GPTHeaders, of item: StoredContents) {
    if headers.sectorSize != window.sectorSize {
      add(
        .gptSectorSize,
        "the GUID partition table in \(window) was made for a disk with another sector size: the guest shows no partition",
        stored: "\(headers.sectorSize)", expected: "\(window.sectorSize)", offset: item.offset)
    }
    if !headers.isPrimaryValid {
      add(
        .gptDamaged,
        "the first header of the GUID partition table in \(window) is damaged; the backup at "
          + "\(headers.backup.hex) is whole", offset: item.offset + headers.sectorSize)
    }
    let last = window.range.upperBound.alignedDown(to: headers.sectorSize) &- headers.sectorSize
    if !headers.isBackupValid {
      add(
        .gptBackupMissing,
        "the backup header of the GUID partition table in \(window) is not where "
          + "the first header says",
        stored: "none", expected: "at \(headers.backup.hex)", offset: headers.backup)
    } else if headers.backup < last, window.range.upperBound - window.range.lowerBound >= headers.sectorSize {
      add(
        .gptBackupElsewhere, "the GUID partition table in \(window) was made for a smaller disk",
        stored: headers.backup.hex,
        expected: last.hex, offset: headers.backup)
    }
  }

  // MARK: DAX

  private static let pageSize: UInt64 = 4096

  /// Source: Linux 6.1 fs/ext4/super.c `ext4_fill_super`, fs/xfs/xfs_super.c `xfs_setup_dax_always`, drivers/dax/super.c
  /// `fs_dax_get_by_bdev`.
  private mutating func verifyDirectAccess(to item: StoredContents) {
    let subject = "\(item.title) in \(window)"
    switch item.kind {
    case "xfs":
      if item.sharesExtents {
        add(
          .xfsReflink,
          "\(subject) can share extents, and Linux before 6.0, or in a partition, does not mount it with DAX",
          offset: item.offset)
      }
      verifyBlockSize(of: item, .xfsBlockSize)
    case "ext2", "ext3", "ext4": verifyBlockSize(of: item, .extBlockSize)
    case "gpt", "dos":
      for partition in item.partitions.prefix(ContentsReader.partitionLimit)
      where !(partition.offset - window.range.lowerBound).isMultiple(of: Self.pageSize) {
        add(
          .partitionStart,
          "partition \(partition.number) in \(window) does not start at a page boundary: no file system "
            + "in it has DAX", stored: partition.offset.hex, expected: "a multiple of \(ByteCount(Self.pageSize))",
          offset: partition.offset)
      }
    default: add(.noDAX, "\(subject) has no DAX: the guest caches what it holds in its own memory", offset: item.offset)
    }
  }

  private mutating func verifyBlockSize(of item: StoredContents, _ rule: ContentsRule) {
    guard let blockSize = item.blockSize, blockSize != Self.pageSize else { return }
    add(
      rule, "\(item.title) in \(window) has blocks of another size than the guest's pages, and is not mounted with DAX",
      stored: ByteCount(blockSize).precise, expected: ByteCount(Self.pageSize).precise, offset: item.offset)
  }
}

extension StoredContents {
  /// What it is, for people.
  package var title: String {
    let name =
      switch kind {
      case "gpt": "a GUID partition table"
      case "dos": "a partition table"
      case "LVM2_member": "an LVM volume"
      case "swap": "a swap area"
      case "linux_raid_member": "a member of an MD array"
      case "ext2", "ext3", "ext4", "xfs": kind == "xfs" ? "XFS" : kind
      default: kind
      }
    return partition.map { "\(name) in partition \($0.number)" } ?? name
  }
}
