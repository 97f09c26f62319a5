import Basics
import PersistentMemory
import TestSupport
import Testing

/// GUID partition tables with valid checksums and arbitrary numbers.
@Suite("GUID partition tables")
struct GPTReaderTests {
  typealias Disk = ContentsReaderTests.Disk

  static let size = 1 << 20
  static let last = UInt64(size / 512 - 1)

  /// Computes the checksums of the header in sector `lba` and of its 4 entries, in the sector behind or before it.
  static func seal(_ disk: inout Disk, _ lba: UInt64) {
    let start = Int(lba) * 512
    let entries = Int(truncatingIfNeeded: disk.bytes.load(UInt64.self, at: start + 72) &* 512)
    let size = Int(disk.bytes.load(UInt32.self, at: start + 80)) &* Int(disk.bytes.load(UInt32.self, at: start + 84))
    let block = disk.bytes.block(at: entries, count: min(size, 1 << 20)) ?? []
    disk.put(CRC32.checksum(block), at: start + 88)
    disk.put(UInt32(0), at: start + 16)
    disk.put(CRC32.checksum([UInt8](disk.bytes[start..<start + 92])), at: start + 16)
  }

  /// Returns a disk with one partition, in sectors 100 to 199.
  static func disk() -> Disk {
    var disk = Disk(size)
    for (lba, other, entries) in [(1, last, 2), (last, 1, last - 1)] as [(UInt64, UInt64, UInt64)] {
      let start = Int(lba) * 512
      disk.put("EFI PART", at: start)
      disk.put(UInt32(92), at: start + 12)
      disk.put(lba, at: start + 24)
      disk.put(other, at: start + 32)
      disk.put(last - 2, at: start + 48)
      disk.put(entries, at: start + 72)
      disk.put(UInt32(4), at: start + 80)
      disk.put(UInt32(128), at: start + 84)
      disk.put(UInt64(1), at: Int(entries) * 512)
      disk.put(UInt64(100), at: Int(entries) * 512 + 32)
      disk.put(UInt64(199), at: Int(entries) * 512 + 40)
      seal(&disk, lba)
    }
    return disk
  }

  @Test("both headers, either, and none") func headers() throws {
    var disk = Self.disk()
    let whole = try #require(disk.contents().first)
    #expect((whole.kind, whole.end) == ("gpt", UInt64(Self.size)))
    #expect(whole.partitions.map(\.offset) == [51200] && whole.partitions.map(\.end) == [102400])
    #expect(whole.headers?.isPrimaryValid == true && whole.headers?.isBackupValid == true)
    disk.put(UInt8(0), at: 512)
    let backup = try #require(disk.contents().first)
    #expect(backup.headers?.isPrimaryValid == false && backup.headers?.isBackupValid == true)
    #expect(backup.partitions == whole.partitions)
    disk.put(UInt8(0), at: Int(Self.last) * 512)
    #expect(disk.contents().isEmpty)
    var cut = Self.disk()
    cut.put(UInt8(0), at: Int(Self.last) * 512)
    #expect(try #require(cut.contents().first?.headers).isBackupValid == false)
  }

  @Test("Fuzz: numbers at random, under checksums that hold") func fuzz() {
    var random = SeededGenerator(fuzzing: "GUID partition tables")
    var found = 0
    for _ in 0..<SeededGenerator.count(default: 100, optimized: 2_000) {
      var disk = Self.disk()
      for lba in [1, Self.last] where Bool.random(using: &random) {
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let value: UInt64 =
            [0, 1, .max, Self.last, .random(in: 0...4096, using: &random), .random(in: 0 ... .max, using: &random)]
            .randomElement(using: &random) ?? 0
          let isEntry = Bool.random(using: &random)
          let entries = lba == 1 ? 1024 : Int(Self.last - 1) * 512
          let place = (isEntry ? [32, 40] : [32, 48, 72, 80, 84]).randomElement(using: &random) ?? 32
          let field = place + (isEntry ? entries : Int(lba) * 512)
          if !isEntry, field % 512 >= 80 {
            disk.put(UInt32(truncatingIfNeeded: value), at: field)
          } else {
            disk.put(value, at: field)
          }
        }
        Self.seal(&disk, lba)
      }
      for item in disk.contents() {
        found += 1
        guard let geometry = try? BackendGeometry(mappedSize: UInt64(Self.size)) else { continue }
        let window = ContentsWindow(.region, range: 0..<UInt64(Self.size), isDirect: true)
        _ = ContentsVerification(
          [item], in: window, geometry: geometry, length: UInt64(Self.size), command: MigrationCommand(path: "nv.img"))
      }
    }
    #expect(found > 0)
  }
}
