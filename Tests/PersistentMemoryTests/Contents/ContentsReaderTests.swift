import Basics
import PersistentMemory
import TestSupport
import Testing

/// Superblocks and partition tables may be hostile: whatever they contain, nothing outside the window is read.
@Suite("What lies in a disk")
struct ContentsReaderTests {
  /// A disk in memory, filled with zeros except where bytes are put.
  struct Disk {
    private(set) var bytes: [UInt8]

    init(_ size: Int) { bytes = [UInt8](repeating: 0, count: size) }

    mutating func put(_ text: String, at offset: Int) { put([UInt8](text.utf8), at: offset) }
    mutating func put(_ new: [UInt8], at offset: Int) {
      bytes.replaceSubrange(offset..<offset + new.count, with: new)
    }
    mutating func put<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
      bytes.store(value, at: offset)
    }

    /// Returns the contents found in `window`. Every read must lie in it.
    func contents(_ window: Range<UInt64>? = nil) -> [StoredContents] {
      let window = window ?? 0..<UInt64(bytes.count)
      return ContentsReader(window: window).contents { (offset, count) throws(Never) in
        #expect(
          offset >= window.lowerBound && offset + UInt64(count) <= window.upperBound
            && count <= 1 << 20)
        return [UInt8](bytes[Int(offset)..<Int(offset) + count])
      }
    }
  }

  /// A superblock of each kind at `offset`, for a volume of 8 MiB.
  static let volumes: [(kind: String, put: @Sendable (inout Disk, Int) -> Void)] = [
    (
      "ext4",
      { disk, offset in
        disk.put(UInt16(0xef53), at: offset + 1024 + 56)
        disk.put(UInt32(2048), at: offset + 1024 + 4)
        disk.put(UInt32(2), at: offset + 1024 + 24)
        disk.put(UInt32(0x40), at: offset + 1024 + 96)
      }
    ),
    (
      "ext2",
      { disk, offset in
        disk.put(UInt16(0xef53), at: offset + 1024 + 56)
        disk.put(UInt32(8192), at: offset + 1024 + 4)
      }
    ),
    (
      "xfs",
      { disk, offset in
        disk.put("XFSB", at: offset)
        disk.put(UInt32(4096).byteSwapped, at: offset + 4)
        disk.put(UInt64(2048).byteSwapped, at: offset + 8)
        disk.put(UInt16(0xb4a5).byteSwapped, at: offset + 100)
        disk.put(UInt32(4).byteSwapped, at: offset + 212)
      }
    ),
    (
      "btrfs",
      { disk, offset in
        disk.put("_BHRfS_M", at: offset + 65536 + 64)
        disk.put(UInt64(8 << 20), at: offset + 65536 + 209)
        disk.put(UInt32(4096), at: offset + 65536 + 144)
      }
    ),
    (
      "LVM2_member",
      { disk, offset in
        disk.put("LABELONE", at: offset + 512)
        disk.put("LVM2 001", at: offset + 512 + 24)
        disk.put(UInt32(32), at: offset + 512 + 20)
        disk.put(UInt64(8 << 20), at: offset + 512 + 64)
      }
    ),
    (
      "swap",
      { disk, offset in
        disk.put("SWAPSPACE2", at: offset + 4086)
        disk.put(UInt32(1), at: offset + 1024)
        disk.put(UInt32(2047), at: offset + 1028)
      }
    ),
    (
      "ntfs",
      { disk, offset in
        putBootSector("NTFS    ", 3, &disk, offset)
        disk.put(UInt64(16383), at: offset + 40)
      }
    ),
    (
      "exfat",
      { disk, offset in
        putBootSector("EXFAT   ", 3, &disk, offset)
        disk.put(UInt64(16384), at: offset + 72)
        disk.put(UInt8(9), at: offset + 108)
      }
    ),
    (
      "vfat",
      { disk, offset in
        putBootSector("FAT32   ", 82, &disk, offset)
        disk.put([8, 32, 0, 2], at: offset + 13)
        disk.put(UInt32(16384), at: offset + 32)
      }
    ),
    (
      "squashfs",
      { disk, offset in
        disk.put("hsqs", at: offset)
        disk.put(UInt16(4), at: offset + 28)
        disk.put(UInt64(8 << 20), at: offset + 40)
      }
    ),
    (
      "erofs",
      { disk, offset in
        disk.put(UInt32(0xe0f5_e1e2), at: offset + 1024)
        disk.put(UInt8(12), at: offset + 1036)
        disk.put(UInt32(2048), at: offset + 1060)
      }
    ),
    (
      "f2fs",
      { disk, offset in
        disk.put(UInt32(0xf2f5_2010), at: offset + 1024)
        disk.put(UInt32(12), at: offset + 1040)
        disk.put(UInt64(2048), at: offset + 1060)
      }
    ),
    (
      "nilfs2",
      { disk, offset in
        disk.put(UInt32(2), at: offset + 1024)
        disk.put(UInt16(0x3434), at: offset + 1030)
        disk.put(UInt64(8 << 20), at: offset + 1056)
      }
    ),
    (
      "iso9660",
      { disk, offset in
        disk.put("\u{1}CD001", at: offset + 32768)
        disk.put(UInt32(4096), at: offset + 32848)
        disk.put(UInt16(2048), at: offset + 32896)
      }
    ),
    (
      "jbd",
      { disk, offset in
        disk.put(UInt16(0xef53), at: offset + 1024 + 56)
        disk.put(UInt32(2048), at: offset + 1024 + 4)
        disk.put(UInt32(2), at: offset + 1024 + 24)
        disk.put(UInt32(0x8), at: offset + 1024 + 96)
      }
    ),
  ]

  /// Puts a boot sector for sectors of 512 bytes, with the OEM name `name`.
  private static func putBootSector(_ name: String, _ place: Int, _ disk: inout Disk, _ offset: Int) {
    disk.put(name, at: offset + place)
    disk.put(UInt16(512), at: offset + 11)
    disk.put([0x55, 0xaa], at: offset + 510)
  }

  /// Returns a disk whose partition table has one partition of 8 MiB at 1 MiB.
  static func partitioned(_ size: Int) -> Disk {
    var disk = Disk(size)
    disk.put([0x55, 0xaa], at: 510)
    disk.put(UInt8(0x83), at: 446 + 4)
    disk.put(UInt32(2048), at: 446 + 8)
    disk.put(UInt32(16384), at: 446 + 12)
    return disk
  }

  @Test("a volume by itself, in a partition, and at an offset", arguments: volumes.map(\.kind))
  func volume(kind: String) throws {
    let put = try #require(Self.volumes.first { $0.kind == kind }).put
    var disk = Disk(1 << 20)
    put(&disk, 0)
    let whole = try #require(disk.contents().first)
    #expect((whole.kind, whole.offset, whole.end) == (kind, 0, 8 << 20))
    #expect(whole.sharesExtents == (kind == "xfs"))
    var other = Disk(1 << 20)
    put(&other, 256 << 10)
    #expect(other.contents(256 << 10..<1 << 20).first?.end == 8 << 20 + 256 << 10)
    #expect(other.contents().isEmpty)
    var table = Self.partitioned(2 << 20)
    put(&table, 1 << 20)
    let found = table.contents()
    #expect(found.map(\.kind) == ["dos", kind])
    #expect(found.map(\.end) == [9 << 20, 9 << 20])
    #expect(found.last?.partition?.number == 1)
  }

  @Test("zeros, and a disk smaller than any superblock, hold nothing") func nothing() {
    for size in [0, 1, 511, 512, 4096, 1 << 20] { #expect(Disk(size).contents().isEmpty) }
  }

  @Test("what claims more than can be counted ends beyond everything") func endless() throws {
    var disk = Disk(1 << 20)
    disk.put("hsqs", at: 4096)
    disk.put(UInt16(4), at: 4096 + 28)
    disk.put(UInt64.max, at: 4096 + 40)
    let window = UInt64(4096)..<1 << 20
    let item = try #require(disk.contents(window).first)
    #expect(item.end == .max)
    let geometry = try BackendGeometry(mappedSize: 1 << 20)
    let place = ContentsWindow(.region, range: window)
    let findings = ContentsVerification(
      [item], in: place, geometry: geometry, length: 1 << 20, command: MigrationCommand(path: "nv.img")
    ).findings
    #expect(findings.map(\.rule.id) == ["contents-cut-by-size"])
  }

  @Test("Fuzz: fields of superblocks and tables at random") func fuzz() {
    var random = SeededGenerator(fuzzing: "contents")
    var found = 0
    for _ in 0..<SeededGenerator.count(default: 300, optimized: 5_000) {
      let isInPartition = Bool.random(using: &random)
      var disk = isInPartition ? Self.partitioned(1 << 20 + 128 << 10) : Disk(128 << 10)
      Self.volumes.randomElement(using: &random)?.put(&disk, isInPartition ? 1 << 20 : 0)
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        let base = [0, 446, 512, 1024, 4076, 65536, 1 << 20].randomElement(using: &random) ?? 0
        let value =
          [0, 1, .max, .random(in: 0 ... .max, using: &random)].randomElement(using: &random)
          ?? UInt64(0)
        disk.put(
          value, at: min(base + Int.random(in: 0..<256, using: &random), disk.bytes.count - 8))
      }
      let size = UInt64(disk.bytes.count)
      let window = UInt64.random(in: 0...size, using: &random)..<size
      for item in disk.contents() + disk.contents(window) {
        found += 1
        let place = ContentsWindow(.region, range: 0..<size, isDirect: true)
        guard let geometry = try? BackendGeometry(mappedSize: size.alignedDown(to: 4096)) else {
          continue
        }
        _ = ContentsVerification(
          [item], in: place, geometry: geometry, length: size, command: MigrationCommand(path: "nv.img"))
      }
    }
    #expect(found > 0)
  }
}
