public import FoundationEssentials

/// The result of Linux' probe of a namespace: its mode, and whether it has a device.
///
/// Source: Linux 6.1 drivers/nvdimm/pmem.c `nd_pmem_probe`, btt_devs.c `nd_btt_probe`, pfn_devs.c `nd_pfn_probe`,
/// dax_devs.c `nd_dax_probe`, drivers/dax/pmem.c `__dax_pmem_probe`.
public struct NamespaceProbe: Hashable, Sendable {
  /// What has laid claim to the namespace.
  public enum Personality: Hashable, Sendable {
    /// Nothing: a disk over all its bytes, if it is enabled.
    case raw
    /// `sectorSize` is `external_lbasize`, `size` what the disk offers; nil where the table is refused.
    case table(uuid: UUID, sectorSize: UInt32, size: UInt64?)
    /// The superblock of a mode with DAX.
    case superblock(PFNInfoBlock)

    /// The mode that ndctl lists.
    package var mode: NamespaceMode {
      switch self {
      case .raw: .raw
      case .table: .sector
      case .superblock(let block): block.signature == .pfn ? .fsdax : .devdax
      }
    }
  }

  /// Why the namespace is not what its label, or a block inside, says that it is.
  public enum Problem: Hashable, Sendable {
    /// The namespace is smaller than `LabelledNamespace.smallestUsable`, or begins less than `reservation` bytes before the end
    /// of the region or another namespace; `needed` is the limit that is missed, in bytes.
    case tooSmall(needed: UInt64)
    /// The label names an info block of this kind at `offset`, but there is none.
    case missing(InfoBlock.Signature, offset: UInt64)
    /// Linux ignores an info block at `offset`, and the namespace is raw.
    case passedOver(InfoBlock.Signature, InfoBlockDefect, offset: UInt64)
    /// An info block at `offset` does not fit: the namespace has no device.
    case refused(InfoBlock.Signature, InfoBlockDefect, offset: UInt64)
    /// The table is there and cannot be used: the namespace has no device.
    case table(BTTDefect)
    /// `dataoff` leaves no room for the superblock, or the data is no multiple of `align`: there is no device.
    case unmappable(InfoBlock.Signature)
    /// The block leaves no byte for data: there is a device, and nothing in it.
    case empty(InfoBlock.Signature)
  }

  /// What has laid claim to the namespace.
  public let personality: Personality
  /// Whether there is a device: `ndctl list` shows the others as disabled.
  public let isEnabled: Bool
  /// Why it is not what it should be; nil where nothing is wrong.
  public let problem: Problem?

  private init(_ personality: Personality = .raw, isEnabled: Bool = true, _ problem: Problem? = nil) {
    self.personality = personality
    self.isEnabled = isEnabled
    self.problem = problem
  }

  /// The addresses that `nd_pmem_probe` wants for itself while it looks for info blocks (`nd_info_block_reserve`), even
  /// in a namespace that has not as many.
  static let reservation: UInt64 = 8192

  /// Whether the kernel, when it was through with the namespace, made an empty one for whoever wants a next.
  var advancesSeed: Bool {
    if case .refused = problem { true } else { isEnabled }
  }

  /// Probes `namespace`; `read` gives bytes of it by their offset in it. It is asked for bytes inside only, and for those
  /// of the first `reservation`.
  package init<Failure: Error>(
    _ namespace: NamespaceExtent, _ linux: LinuxRelease = .newest,
    read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    guard namespace.size >= LabelledNamespace.smallestUsable else {
      self.init(isEnabled: false, .tooSmall(needed: LabelledNamespace.smallestUsable))
      return
    }
    guard namespace.room >= Self.reservation else {
      self.init(isEnabled: false, .tooSmall(needed: Self.reservation))
      return
    }
    guard let abstraction = namespace.abstraction else {
      // An abstraction that the kernel does not know: it looks for nothing.
      self.init()
      return
    }
    let offset = abstraction == .btt2 ? 0 : PFNInfoBlock.offset
    let missing = abstraction.signature.map { Problem.missing($0, offset: offset) }
    // Of a namespace of less than two pages it looks at what lies behind, which it has set aside as well.
    let block = try read(offset, InfoBlock.size)
    guard let found = InfoBlock.Signature(of: block), abstraction == .none || abstraction.signature == found,
      found != .btt || namespace.size >= BTTArena.minimumSize
    else {
      self.init(.raw, missing)
      return
    }
    if found == .btt {
      try self.init(table: block, at: offset, of: namespace, read: read)
    } else {
      self.init(superblock: block, found, at: offset, of: namespace, linux)
    }
  }

  private init(
    superblock block: [UInt8], _ signature: InfoBlock.Signature, at offset: UInt64, of namespace: NamespaceExtent,
    _ linux: LinuxRelease
  ) {
    do throws(InfoBlockDefect) {
      let superblock = try PFNInfoBlock(reading: block)
      if let defect = superblock.defect(parent: namespace.uuid, start: namespace.start, size: namespace.size, linux) {
        throw defect
      }
      let isMapped = superblock.isMappable(in: namespace)
      let isEmpty = superblock.dataSize(inNamespaceOf: namespace.size) == 0
      self.init(
        .superblock(superblock), isEnabled: isMapped,
        !isMapped ? .unmappable(signature) : isEmpty ? .empty(signature) : nil)
    } catch {
      self.init(
        .raw, isEnabled: error.leavesRaw,
        error.leavesRaw ? .passedOver(signature, error, offset: offset) : .refused(signature, error, offset: offset))
    }
  }

  private init<Failure: Error>(
    table block: [UInt8], at offset: UInt64, of namespace: NamespaceExtent,
    read: (UInt64, Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    let version: BTTInfoBlock.Version = namespace.abstraction == .btt2 ? .v2_0 : .v1_1
    let table: BTTInfoBlock
    do throws(InfoBlockDefect) {
      table = try BTTInfoBlock(reading: block)
      guard table.version == version else { throw InfoBlock.versionDefect(block) }
      if let defect = table.defect(parent: namespace.uuid) { throw defect }
    } catch {
      self.init(.raw, .passedOver(.btt, error, offset: offset))
      return
    }
    let scan = try BTTScan(of: namespace, behind: version.initialOffset, read: read)
    let sectorSize = table.arena.externalSectorSize
    switch scan.outcome {
    case .success(let sectors):
      let size = sectors &* (sectorSize >= 4096 ? 4096 : 512)
      self.init(.table(uuid: table.uuid, sectorSize: sectorSize, size: size))
    case .failure(let defect):
      self.init(.table(uuid: table.uuid, sectorSize: sectorSize, size: nil), isEnabled: false, .table(defect))
    }
  }
}

extension PFNInfoBlock {
  /// Whether the driver that the superblock calls for takes the namespace, once the block itself is accepted.
  fileprivate func isMappable(in namespace: NamespaceExtent) -> Bool {
    // `nd_info_block_reserve()`: the superblock and the space in front of it.
    if map == .memory, layout.dataOffset < Self.offset + UInt64(InfoBlock.size) { return false }
    guard signature == .dax else { return true }
    // `alloc_dax_region` takes the alignment as it is stored.
    let unit = UInt64(layout.alignment)
    guard unit > 0, let size = dataSize(inNamespaceOf: namespace.size) else { return false }
    let start = namespace.start &+ UInt64(layout.startPad) &+ layout.dataOffset
    return (start | size) & (unit - 1) == 0
  }
}

extension NamespaceAbstraction {
  /// The kind of info block that makes a namespace what the label says.
  fileprivate var signature: InfoBlock.Signature? {
    switch self {
    case .none: nil
    case .btt, .btt2: .btt
    case .fsdax: .pfn
    case .devdax: .dax
    }
  }
}
