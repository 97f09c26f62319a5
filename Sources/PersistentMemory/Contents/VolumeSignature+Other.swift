import Basics

/// What is not made for persistent memory, but can lie in it: libblkid before 2.39 cannot tell where it ends.
///
/// Sources: Linux include/uapi/linux/msdos_fs.h `struct fat_boot_sector`, fs/exfat/exfat_raw.h `struct boot_sector`,
/// fs/ntfs3/ntfs.h `struct NTFS_BOOT`, fs/squashfs/squashfs_fs.h `struct squashfs_super_block`, fs/erofs/erofs_fs.h
/// `struct erofs_super_block`, include/linux/f2fs_fs.h `struct f2fs_super_block`, include/uapi/linux/nilfs2_ondisk.h
/// `struct nilfs_super_block`; ECMA-119, 8.4.
extension VolumeSignature {
  /// The volume of one of these kinds that begins with `head`, of `headSize` bytes.
  static func other(_ head: [UInt8]) -> VolumeSignature? {
    ntfs(head) ?? exfat(head) ?? fat(head) ?? squashfs(head) ?? erofs(head) ?? f2fs(head) ?? nilfs(head)
      ?? iso9660(head)
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
}
