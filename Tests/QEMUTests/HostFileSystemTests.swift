import Basics
import PersistentMemory
import QEMU
import Testing

/// The observed behaviour of QEMU 7.2 with backends on a hugetlbfs, and with files that a file system cannot hold.
@Suite("Sizes on file systems with limits of their own")
struct HostFileSystemTests {
  private static let huge = HostFileSystem(hugePages: .init(size: 2 << 20, room: 400 << 20))
  private static let ext4 = HostFileSystem(longestFile: 4096 * 0xffff_ffff)
  private static let large: UInt64 = 20 << 40

  static let hugePageRows: [SizingCase] = [
    SizingCase(state: .missing, region: 64 << 20, change: .created(size: 64 << 20)),
    SizingCase(state: .missing, size: 65 << 20, region: 64 << 20, change: .created(size: 66 << 20)),
    SizingCase(state: .missing, size: 67_112_960, region: 64 << 20, change: .created(size: 66 << 20)),
    SizingCase(state: .file(size: 66 << 20), size: 65 << 20, region: 64 << 20),
    SizingCase(
      state: .file(size: 64 << 20), size: 65 << 20,
      message: "backing store size 0x4000000 does not match 'size' option 0x4100000"),
    SizingCase(state: .file(size: 0), region: 64 << 20, change: .extended(from: 0, to: 64 << 20)),
    SizingCase(
      state: .missing, size: 1 << 20,
      message: "memory size 0x100000 must be equal to or larger than page size 0x200000"),
    SizingCase(state: .missing, label: 128 << 10, region: 62 << 20, change: .created(size: 64 << 20)),
    SizingCase(
      state: .missing, align: 4096, message: "alignment 0x1000 must be multiples of page size 0x200000"),
    SizingCase(state: .missing, align: 6 << 20, message: "alignment 0x600000 must be a power of two"),
    SizingCase(state: .missing, align: 4 << 20, region: 64 << 20, change: .created(size: 64 << 20)),
    SizingCase(
      state: .missing, size: 2 << 20, label: 128 << 10,
      message: "the size of memdev mem1 (0x200000) is too small to contain nvdimm label (0x20000) and aligned PMEM "
        + "(0x200000)", change: .created(size: 2 << 20)),
    SizingCase(
      state: .missing, size: 1 << 30, message: "unable to map backing store for guest RAM: Cannot allocate memory"),
  ]

  @Test("a hugetlbfs: its pages are the unit of sizes and alignments", arguments: hugePageRows)
  func hugePages(row: SizingCase) throws {
    var row = row
    row.fileSystem = Self.huge
    try row.check(QEMURelease(7, 2))
  }

  @Test("since 9.1 a size that is no multiple of its pages is refused") func oddSize() throws {
    var row = SizingCase(
      state: .missing, size: 65 << 20,
      message: "backend 'memory-backend-file' memory size must be multiple of 2 MiB", change: .created(size: 66 << 20))
    row.fileSystem = Self.huge
    try row.check(QEMURelease(9, 1))
  }

  static let tooLongRows: [SizingCase] = [
    SizingCase(
      state: .missing, size: large, region: large, change: .created(size: 0),
      warnings: ["ftruncate: File too large"]),
    SizingCase(state: .file(size: 0), size: large, region: large, warnings: ["ftruncate: File too large"]),
    SizingCase(
      state: .missing, size: 16 << 40 - 4096, region: 16 << 40 - 4096, change: .created(size: 16 << 40 - 4096)),
  ]

  @Test("a file that the file system cannot hold: QEMU goes on with an empty one", arguments: tooLongRows)
  func tooLong(row: SizingCase) throws {
    var row = row
    row.fileSystem = Self.ext4
    try row.check(QEMURelease(7, 2))
    let request = BackendRequest(id: "mem1", path: "nv.img", size: row.size)
    let findings = SizingVerification(
      request, state: row.state, in: Self.ext4, prediction: BackendPrediction(), geometry: nil,
      rules: SizingRules(QEMURelease(7, 2))
    ).findings
    #expect(findings.contains { $0.rule.id == "host-file-too-long" } == !row.warnings.isEmpty)
  }

  @Test("an alignment beyond that of the window is warned of, since 4.0") func alignment() throws {
    var row = SizingCase(
      state: .file(size: 16 << 30), size: 16 << 30, align: 8 << 30, region: 16 << 30,
      warnings: [
        "warning: the alignment (0x200000000) exceeds the expected maximum alignment, memory will get fragmented and "
          + "not all 'maxmem' might be usable for memory devices."
      ])
    try row.check(QEMURelease(7, 2))
    row.warnings = []
    try row.check(QEMURelease(3, 1))
  }
}
