import Basics

/// What the superblock of a file system, or the label of a volume, says of its size.
///
/// Sources: Linux fs/ext4/ext4.h `struct ext4_super_block`, fs/xfs/libxfs/xfs_format.h `struct xfs_dsb`,
/// include/uapi/linux/btrfs_tree.h `struct btrfs_super_block`, include/linux/swap.h `union swap_header`;
/// LVM2 lib/format_text/layout.h `struct pv_header`. libblkid before 2.39 knows the kinds, and not the sizes.
struct VolumeSignature: Hashable, Sendable {
  let kind: String
  /// Bytes that the volume claims from its start, at most what can be counted.
  let size: UInt64
  var blockSize: UInt64?
  var sharesExtents = false

  /// Bytes from the start of a volume in which all superblocks lie, but that of btrfs.
  static let headSize = 64 << 10
  static let btrfsOffset: UInt64 = 64 << 10
  static let btrfsSize = 512

  /// The volume that begins with `head`.
  init?(of head: [UInt8]) {
    guard head.count >= Self.headSize,
      let found = Self.xfs(head) ?? Self.ext(head) ?? Self.physicalVolume(head) ?? Self.swap(head) ?? Self.other(head)
    else { return nil }
    self = found
  }

  init(_ kind: String, blocks: UInt64, of blockSize: UInt64, shared: Bool = false, isFileSystem: Bool = true) {
    let (size, overflow) = blocks.multipliedReportingOverflow(by: blockSize)
    self.kind = kind
    self.size = overflow ? .max : size
    self.blockSize = isFileSystem ? blockSize : nil
    sharesExtents = shared
  }

  private static func xfs(_ head: [UInt8]) -> VolumeSignature? {
    // Big-endian: sb_magicnum, sb_blocksize, sb_dblocks, sb_versionnum, sb_features_ro_compat.
    guard head[..<4].elementsEqual("XFSB".utf8) else { return nil }
    let blockSize = UInt64(head.load(UInt32.self, at: 4).byteSwapped)
    guard blockSize.isPowerOfTwo, (512...65536).contains(blockSize) else { return nil }
    let isVersion5 = head.load(UInt16.self, at: 100).byteSwapped & 0xf == 5
    let hasReflink = isVersion5 && head.load(UInt32.self, at: 212).byteSwapped & 1 << 2 != 0
    return VolumeSignature(
      "xfs", blocks: head.load(UInt64.self, at: 8).byteSwapped, of: blockSize, shared: hasReflink)
  }

  private static func ext(_ head: [UInt8]) -> VolumeSignature? {
    let superblock = 1024
    func word(_ offset: Int) -> UInt32 { head.load(at: superblock + offset) }
    // s_magic, s_log_block_size, s_blocks_count, s_feature_compat, _incompat, _ro_compat.
    guard head.load(UInt16.self, at: superblock + 56) == 0xef53, word(24) <= 6 else { return nil }
    let (compatible, incompatible, readOnly) = (word(92), word(96), word(100))
    let high = incompatible & 0x80 != 0 ? UInt64(word(0x150)) << 32 : 0
    // What ext3 does not know: all but filetype, recovery and meta_bg; sparse_super, large_file and btree_dir.
    let isExt4 = incompatible & ~0x16 != 0 || readOnly & ~0x7 != 0
    // A journal that has a device for itself.
    let isJournal = incompatible & 0x8 != 0
    return VolumeSignature(
      isJournal ? "jbd" : isExt4 ? "ext4" : compatible & 0x4 != 0 ? "ext3" : "ext2", blocks: high | UInt64(word(4)),
      of: 1024 << word(24))
  }

  private static func physicalVolume(_ head: [UInt8]) -> VolumeSignature? {
    // The label is in one of the first four sectors; it says where the header is, whose size follows a uuid of 32 bytes.
    for sector in stride(from: 0, to: 2048, by: 512) {
      guard head[sector..<sector + 8].elementsEqual("LABELONE".utf8),
        head[sector + 24..<sector + 32].elementsEqual("LVM2 001".utf8)
      else { continue }
      let header = Int(head.load(UInt32.self, at: sector + 20))
      guard (32...512 - 40).contains(header) else { continue }
      return VolumeSignature(
        "LVM2_member", blocks: head.load(UInt64.self, at: sector + header + 32), of: 1, isFileSystem: false)
    }
    return nil
  }

  private static func swap(_ head: [UInt8]) -> VolumeSignature? {
    for page in [4096, 8192, 16384, 32768, 65536] {
      guard head[page - 10..<page].elementsEqual("SWAPSPACE2".utf8) else { continue }
      // info.version, info.last_page.
      guard head.load(UInt32.self, at: 1024) == 1 else { continue }
      return VolumeSignature(
        "swap", blocks: UInt64(head.load(UInt32.self, at: 1028)) + 1, of: UInt64(page), isFileSystem: false)
    }
    return nil
  }

  /// The btrfs whose superblock is `block`.
  init?(btrfs block: [UInt8]) {
    guard block.count >= 217, block[64..<72].elementsEqual("_BHRfS_M".utf8) else { return nil }
    // sectorsize, and dev_item.total_bytes: the file system may have other devices.
    self.init("btrfs", blocks: block.load(UInt64.self, at: 209), of: 1)
    blockSize = UInt64(block.load(UInt32.self, at: 144))
  }
}
