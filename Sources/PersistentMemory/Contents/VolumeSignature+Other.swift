import Basics

/// What is not made for persistent memory, but can lie in it: libblkid before 2.39 cannot tell where it ends.
///
/// Sources: Linux include/uapi/linux/msdos_fs.h `struct fat_boot_sector`, fs/exfat/exfat_raw.h `struct boot_sector`,
/// fs/ntfs3/ntfs.h `struct NTFS_BOOT`, fs/squashfs/squashfs_fs.h `struct squashfs_super_block`, fs/erofs/erofs_fs.h
/// `struct erofs_super_block`, include/linux/f2fs_fs.h `struct f2fs_super_block`, include/uapi/linux/nilfs2_ondisk.h
/// `struct nilfs_super_block`, include/uapi/linux/raid/md_p.h `struct mdp_superblock_1`, fs/ocfs2/ocfs2_fs.h `struct
/// ocfs2_dinode`, fs/jfs/jfs_superblock.h `struct jfs_superblock`, fs/reiserfs `struct reiserfs_super_block_v1`; ECMA-119,
/// 8.4.
extension VolumeSignature {
  /// The volume of one of these kinds that begins with `head`, of `headSize` bytes.
  static func other(_ head: [UInt8]) -> VolumeSignature? {
    for reader in [ntfs, exfat, fat, squashfs, erofs, f2fs, nilfs, iso9660, raidMember, ocfs2, jfs] {
      if let found = reader(head) { return found }
    }
    return nil
  }

  private static func hasBootSignature(_ head: [UInt8]) -> Bool { head.load(UInt16.self, at: 510) == 0xaa55 }

  private static func ntfs(_ head: [UInt8]) -> VolumeSignature? {
    guard head[3..<11].elementsEqual("NTFS    ".utf8), hasBootSignature(head) else { return nil }
    let sectors = head.load(UInt64.self, at: 40)
    // The sector behind the last one that it counts has a copy of the first.
    return VolumeSignature("ntfs", blocks: sectors == .max ? sectors : sectors + 1, of: sectorSize(head))
  }

  private static func exfat(_ head: [UInt8]) -> VolumeSignature? {
    guard head[3..<11].elementsEqual("EXFAT   ".utf8), hasBootSignature(head), (9...12).contains(head[108]) else {
      return nil
    }
    return VolumeSignature("exfat", blocks: head.load(at: 72), of: 1 << UInt64(head[108]))
  }

  private static func fat(_ head: [UInt8]) -> VolumeSignature? {
    let isFAT = head[54..<57].elementsEqual("FAT".utf8) || head[82..<87].elementsEqual("FAT32".utf8)
    guard isFAT, hasBootSignature(head), (512...4096).contains(sectorSize(head)), sectorSize(head).isPowerOfTwo,
      UInt64(head[13]).isPowerOfTwo, head.load(UInt16.self, at: 14) > 0, head[16] > 0
    else { return nil }
    let few = UInt64(head.load(UInt16.self, at: 19))
    return VolumeSignature("vfat", blocks: few > 0 ? few : UInt64(head.load(UInt32.self, at: 32)), of: sectorSize(head))
  }

  private static func sectorSize(_ head: [UInt8]) -> UInt64 { UInt64(head.load(UInt16.self, at: 11)) }

  private static func squashfs(_ head: [UInt8]) -> VolumeSignature? {
    guard head[..<4].elementsEqual("hsqs".utf8), head.load(UInt16.self, at: 28) == 4 else { return nil }
    return VolumeSignature("squashfs", blocks: head.load(at: 40), of: 1)
  }

  private static func erofs(_ head: [UInt8]) -> VolumeSignature? {
    guard head.load(UInt32.self, at: 1024) == 0xe0f5_e1e2, (9...16).contains(head[1036]) else { return nil }
    return VolumeSignature("erofs", blocks: UInt64(head.load(UInt32.self, at: 1060)), of: 1 << UInt64(head[1036]))
  }

  private static func f2fs(_ head: [UInt8]) -> VolumeSignature? {
    let blockBits = head.load(UInt32.self, at: 1040)
    guard head.load(UInt32.self, at: 1024) == 0xf2f5_2010, (9...16).contains(blockBits) else { return nil }
    return VolumeSignature("f2fs", blocks: head.load(at: 1060), of: 1 << UInt64(blockBits))
  }

  private static func nilfs(_ head: [UInt8]) -> VolumeSignature? {
    guard head.load(UInt16.self, at: 1030) == 0x3434, head.load(UInt32.self, at: 1024) == 2 else { return nil }
    return VolumeSignature("nilfs2", blocks: head.load(at: 1056), of: 1)
  }

  private static func iso9660(_ head: [UInt8]) -> VolumeSignature? {
    guard head[32768..<32774].elementsEqual([1] + Array("CD001".utf8)) else { return nil }
    let blockSize = UInt64(head.load(UInt16.self, at: 32896))
    return VolumeSignature("iso9660", blocks: UInt64(head.load(UInt32.self, at: 32848)), of: blockSize)
  }

  /// A member of an MD array whose superblock is at its start (1.1), or 4 KiB behind it (1.2).
  private static func raidMember(_ head: [UInt8]) -> VolumeSignature? {
    for offset in [0, 4096] {
      // magic, major_version, super_offset, data_offset, data_size.
      guard head.load(UInt32.self, at: offset) == 0xa92b_4efc, head.load(UInt32.self, at: offset + 4) == 1,
        head.load(UInt64.self, at: offset + 144) == UInt64(offset / 512)
      else { continue }
      let sectors = head.load(UInt64.self, at: offset + 128).addingReportingOverflow(
        head.load(UInt64.self, at: offset + 136))
      return VolumeSignature(
        "linux_raid_member", blocks: sectors.overflow ? .max : sectors.partialValue, of: 512, isFileSystem: false)
    }
    return nil
  }

  private static func ocfs2(_ head: [UInt8]) -> VolumeSignature? {
    // The superblock is in the third block, whatever size blocks have.
    for bits in 9...12 {
      let block = 2 << bits
      // i_signature, s_blocksize_bits, s_clustersize_bits, i_clusters.
      guard head[block..<block + 6].elementsEqual("OCFSV2".utf8), head.load(UInt32.self, at: block + 0xf8) == bits,
        (12...20).contains(head.load(UInt32.self, at: block + 0xfc))
      else { continue }
      var signature = VolumeSignature(
        "ocfs2", blocks: UInt64(head.load(UInt32.self, at: block + 0x14)),
        of: 1 << UInt64(head.load(UInt32.self, at: block + 0xfc)))
      signature.blockSize = 1 << UInt64(bits)
      return signature
    }
    return nil
  }

  private static func jfs(_ head: [UInt8]) -> VolumeSignature? {
    let block = 32768
    // s_magic, s_size in blocks of s_pbsize, and in blocks of s_bsize where the journal and the space of fsck lie.
    guard head[block..<block + 4].elementsEqual("JFS1".utf8) else { return nil }
    let blockSize = UInt64(head.load(UInt32.self, at: block + 16))
    let sectorSize = UInt64(head.load(UInt32.self, at: block + 24))
    guard blockSize.isPowerOfTwo, (512...4096).contains(blockSize), sectorSize.isPowerOfTwo, sectorSize <= blockSize
    else { return nil }
    func end(ofExtent offset: Int) -> UInt64 {
      let (low, high) = (UInt64(head.load(UInt32.self, at: offset)), UInt64(head.load(UInt32.self, at: offset + 4)))
      return (low & 0xff_ffff) + ((low >> 24) << 32 | high)
    }
    let aggregate = VolumeSignature("jfs", blocks: head.load(at: block + 8), of: sectorSize).size / blockSize
    let blocks = [aggregate, end(ofExtent: block + 72), end(ofExtent: block + 80)].max() ?? 0
    return VolumeSignature("jfs", blocks: blocks, of: blockSize)
  }

  /// The ReiserFS whose superblock is `block`, 64 KiB behind the start.
  init?(reiserfs block: [UInt8]) {
    guard block.count >= 64,
      ["ReIsErFs", "ReIsEr2Fs", "ReIsEr3Fs"].contains(where: { block[52...].starts(with: $0.utf8) })
    else { return nil }
    // s_block_count, s_blocksize.
    self.init(
      "reiserfs", blocks: UInt64(block.load(UInt32.self, at: 0)), of: UInt64(block.load(UInt16.self, at: 44)))
  }
}
