import Basics
import Foundation
import TestSupport
import Testing

/// File systems, volumes and partition tables made by their own tools: check reports, exact to the byte, whether a
/// label area cuts them off, and resize-guard does not cut them off.
@Suite("Contents of a backend")
struct ContentsTests {
  /// Makes contents in `nv.img`, whose size is a multiple of 1 MiB. The contents take `size` bytes from the start.
  struct Maker: Sendable, CustomTestStringConvertible {
    let kind: String
    let script: @Sendable (_ size: UInt64) -> String
    /// The smallest size that the tool accepts, in MiB.
    var least: UInt64 = 64
    /// The granularity of the size, in bytes.
    var unit: UInt64 = 4096

    var testDescription: String { kind }
  }

  static let makers = [
    Maker(kind: "ext4", script: { "mkfs.ext4 -q -F -b 4096 nv.img \($0 / 1024)k" }),
    Maker(kind: "ext2", script: { "mkfs.ext2 -q -F -b 1024 nv.img \($0 / 1024)k" }, unit: 1024),
    Maker(kind: "xfs", script: { "truncate -s \($0) part; mkfs.xfs -q part; \(copy)" }, least: 320),
    Maker(kind: "btrfs", script: { "truncate -s \($0) part; mkfs.btrfs -q part; \(copy)" }, least: 128),
    Maker(kind: "swap", script: { "truncate -s \($0) part; mkswap -q part 2>/dev/null; \(copy)" }),
    Maker(
      kind: "gpt", script: { "truncate -s \($0) part; sgdisk -n 1:0:0 part >/dev/null; \(copy)" },
      unit: 512),
    Maker(
      kind: "dos",
      script: { "truncate -s \($0) part; echo ',,83' | sfdisk -q part >/dev/null 2>&1; \(copy)" },
      unit: 512),
    Maker(kind: "vfat", script: { "truncate -s \($0) part; mkfs.vfat -F 32 part >/dev/null; \(copy)" }, unit: 16384),
    Maker(kind: "ntfs", script: { "truncate -s \($0) part; mkfs.ntfs -q -F -Q part >/dev/null 2>&1; \(copy)" }),
    Maker(kind: "exfat", script: { "truncate -s \($0) part; mkfs.exfat part >/dev/null; \(copy)" }),
    Maker(kind: "jfs", script: { "truncate -s \($0) part; mkfs.jfs -q part >/dev/null; \(copy)" }),
    Maker(kind: "reiserfs", script: { "truncate -s \($0) part; mkfs.reiserfs -ff -q part >/dev/null 2>&1; \(copy)" }),
    Maker(
      kind: "ocfs2",
      script: {
        "truncate -s \($0) part; mkfs.ocfs2 -q -M local -b 4096 -C 4096 part >/dev/null 2>&1 </dev/null; \(copy)"
      },
      least: 256),
    Maker(kind: "f2fs", script: { "truncate -s \($0) part; mkfs.f2fs -q part >/dev/null 2>&1; \(copy)" }),
  ]

  /// Copies into the backend the file of the wanted size on which the tool worked.
  private static let copy = "dd if=part of=nv.img conv=notrunc,sparse bs=64K status=none; rm part"

  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func shell(_ script: String) throws {
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/sh"),
      ["-ec", "PATH=$PATH:/usr/sbin:/sbin\n\(script)"], in: folder.url)
    #expect(run.status == 0, "\(script)\n\(run.errors)")
  }

  private func check(_ arguments: String...) throws -> CheckAnswer {
    try CheckAnswer.one(arguments + ["nv.img"], in: folder.url).answer
  }

  private func contents() throws -> Data {
    try Data(contentsOf: folder.url.appendingPathComponent("nv.img"))
  }

  private func findings(_ answer: CheckAnswer, _ prefix: String) -> [String] {
    answer.findings.filter { $0.rule.hasPrefix(prefix) }.map(\.rule)
  }

  @Test(
    "what ends with the region is whole, and one unit more is cut by the label area",
    arguments: makers)
  func labels(maker: Maker) throws {
    let region = maker.least << 20
    for size in [region, region + maker.unit] {
      try shell("rm -f nv.img; truncate -s \(maker.least + 2)M nv.img; \(maker.script(size))")
      try shell("[ \"$(stat -c %s nv.img)\" = \((maker.least + 2) << 20) ]")
      let answer = try check("--label-size", "2M")
      let item = try #require(answer.contents.first, "\(maker.kind)")
      #expect((item.kind, item.offset, item.end) == (maker.kind, 0, size))
      #expect(findings(answer, "contents-") == (size == region ? [] : ["contents-cut-by-label"]))
      let finding = answer.findings.first { $0.rule == "contents-cut-by-label" }
      if size > region { #expect(finding?.stored?.hasPrefix("\(size) bytes") == true) }
      #expect(try findings(check("--label-size", "none"), "contents-").isEmpty)
    }
    // The mapped bytes end before the contents do.
    #expect(
      try findings(check("--size", "\(maker.least)M", "--label-size", "none"), "contents-") == [
        "contents-cut-by-size"
      ])
  }

  @Test(
    "a shrink below the end is refused with the file untouched, and one to the end is not",
    arguments: makers)
  func shrinkage(maker: Maker) throws {
    let size = maker.least << 20
    try shell("truncate -s \(maker.least + 16)M nv.img; \(maker.script(size))")
    try shell("cp --sparse=always nv.img before.img")
    let refused = try ProgramRun(
      "vnvdimm-resize-guard", ["apply", "nv.img", "\(size - 4096)", "--allow-shrink"],
      in: folder.url)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("contents-cut"), "\(refused.errors)")
    try shell("cmp nv.img before.img")
    // Bytes behind the end belong to no contents.
    try shell("printf x | dd of=nv.img bs=1 seek=\(size + 8192) conv=notrunc status=none")
    let run = try ProgramRun(
      "vnvdimm-resize-guard", ["apply", "nv.img", "\(size)", "--allow-shrink"], in: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    try shell("truncate -s \(size) before.img; cmp nv.img before.img")
  }

  @Test("after a growth the file system, the labels and the namespace are whole") func growth()
    throws
  {
    let made = try ProgramRun(
      "vnvdimm-create",
      [
        "--quiet", "--size", "64M", "--label-size", "2M", "--namespace", "raw,size=64M,name=data",
        "nv.img",
      ],
      in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
    try shell(
      "mkfs.ext4 -q -F nv.img 65536k; echo hello >hello; debugfs -w -R 'write hello hello' nv.img 2>/dev/null"
    )
    let run = try ProgramRun("vnvdimm-resize-guard", ["apply", "nv.img", "+64M"], in: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    try shell(
      "e2fsck -fn nv.img >/dev/null 2>&1; [ \"$(debugfs -R 'cat hello' nv.img 2>/dev/null)\" = hello ]"
    )
    #expect(
      try ProgramRun("vnvdimm-label-dump", ["--verify", "nv.img"], in: folder.url).status == 0)
    let answer = try check()
    #expect(answer.status == 0)
    #expect(answer.contents.map(\.kind) == ["ext4"])
    #expect(answer.contents.first?.namespace != nil)
  }

  @Test("headers of a GUID partition table that are gone") func partitionTable() throws {
    try shell(
      "truncate -s 64M nv.img; sgdisk -n 1:0:+16M -n 2:0:0 nv.img >/dev/null; cp nv.img whole.img")
    #expect(try findings(check(), "gpt-").isEmpty)
    try shell("dd if=/dev/zero of=nv.img bs=512 seek=1 count=1 conv=notrunc status=none")
    #expect(try findings(check(), "gpt-") == ["gpt-header-damaged"])
    try shell(
      "cp whole.img nv.img; dd if=/dev/zero of=nv.img bs=512 seek=131071 count=1 conv=notrunc status=none"
    )
    #expect(try findings(check(), "gpt-") == ["gpt-backup-missing"])
    try shell("cp whole.img nv.img; truncate -s 80M nv.img")
    #expect(try findings(check(), "gpt-") == ["gpt-backup-elsewhere"])
    // A file system in a partition, followed by another one.
    try shell("cp whole.img nv.img; mkfs.ext4 -q -F -E offset=1048576 nv.img 20480k 2>/dev/null")
    #expect(try findings(check(), "contents-") == ["contents-beyond-partition"])
  }

  static let direct: [(tool: String, rules: [String])] = [
    ("mkfs.xfs -q -m reflink=1 part", ["xfs-reflink-no-dax"]),
    ("mkfs.xfs -q -m reflink=0 part", []),
    ("mkfs.xfs -q -m reflink=0 -b size=1024 part", ["xfs-block-size-no-dax"]),
    ("mkfs.ext4 -q -b 4096 part", []),
    ("mkfs.ext4 -q -b 1024 part", ["ext4-block-size-no-dax"]),
    ("mkfs.btrfs -q part", ["file-system-no-dax"]),
    ("echo 63,,83 | sfdisk -q part >/dev/null 2>&1", ["partition-start-no-dax"]),
  ]

  @Test("what keeps a guest from DAX, in an fsdax namespace and there alone", arguments: direct)
  func directAccess(tool: String, rules: [String]) throws {
    let made = try ProgramRun(
      "vnvdimm-create",
      ["--quiet", "--size", "384M", "--label-size", "2M", "--namespace", "fsdax", "nv.img"],
      in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
    try shell(
      "truncate -s 320M part; \(tool); dd if=part of=nv.img bs=1M seek=8 conv=notrunc,sparse status=none"
    )
    let answer = try check()
    #expect(answer.contents.first?.offset == 8 << 20)
    #expect(answer.rules == rules)
    try shell("mv part nv.img")
    #expect(try findings(check(), "").filter { rules.contains($0) }.isEmpty)
  }

  @Test("what another mode takes of a disk is what that mode keeps for itself") func otherMode() throws {
    func findings(_ mode: String) throws -> [CheckAnswer.Finding] {
      try check("--to-mode", mode).findings.filter { $0.rule == "contents-cut-by-mode" }
    }
    func create(_ mode: String, _ name: String) throws {
      let arguments = ["--quiet", "--size", "128M", "--label-size", "2M", "--namespace", mode, name]
      #expect(try ProgramRun("vnvdimm-create", arguments, in: folder.url).status == 0)
    }
    try create("raw", "nv.img")
    try create("fsdax", "direct.img")
    try shell("mkfs.ext4 -q -F -b 4096 nv.img 131072k; truncate -s 100M part; mkfs.ext4 -q -F -b 4096 part")
    #expect(try findings("raw").isEmpty)
    for mode in ["fsdax", "devdax"] {
      let lost = try #require(findings(mode).first)
      #expect(lost.severity == "error")
      #expect(lost.message.contains("loses its bytes 0x0 to 0x400000 to the metadata of \(mode) mode"))
    }
    #expect(try findings("sector").map(\.severity) == ["error"])
    // Laid out the other way, nothing is overwritten and nothing is found.
    try shell("mv direct.img nv.img; dd if=part of=nv.img bs=1M seek=4 conv=notrunc,sparse status=none")
    #expect(try check().contents.map(\.offset) == [4 << 20])
    #expect(try findings("fsdax").isEmpty && findings("devdax").isEmpty)
    let hidden = try #require(findings("raw").first)
    #expect(hidden.severity == "warning" && hidden.message.contains("not found"))
  }

  /// The label and header that pvcreate of LVM2 2.03.16 wrote at byte 512 of a disk of 128 MiB.
  static let physicalVolume =
    "4c4142454c4f4e450100000000000000079b9264200000004c564d3220303031555068634641715442726c6c723030733536"
    + "354f636a36555032727555593131000000080000000000001000000000000000000000000000000000000000000000000000"
    + "00000000001000000000000000f00f00000000000000000000000000000000000000000002"

  @Test("an LVM volume, as pvcreate made it") func volume() throws {
    let label = stride(from: 0, to: Self.physicalVolume.count, by: 2).compactMap { index in
      let start = Self.physicalVolume.index(Self.physicalVolume.startIndex, offsetBy: index)
      return UInt8(
        Self.physicalVolume[start..<Self.physicalVolume.index(start, offsetBy: 2)], radix: 16)
    }
    try CheckedFile.length(128 << 20).make(in: folder)
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img"))
    try file.seek(toOffset: 512)
    try file.write(contentsOf: Data(label))
    try file.close()
    let answer = try check("--label-size", "2M")
    #expect(answer.contents.map(\.kind) == ["LVM2_member"])
    #expect(answer.contents.first?.end == 134_217_728)
    #expect(findings(answer, "contents-") == ["contents-cut-by-label"])
  }

  @Test("what libblkid alone knows is named, and not said to be cut where nobody knows its end") func other() throws {
    try shell(
      "truncate -s 64M nv.img; mkdir tree; echo hello >tree/hello; mkfs.cramfs tree part; \(Self.copy)"
    )
    let answer = try check()
    #expect(answer.contents.map(\.kind) == ["cramfs"])
    #expect(answer.status == 0)
    let run = try ProgramRun(
      "vnvdimm-resize-guard", ["plan", "nv.img", "48M", "--allow-shrink"], in: folder.url)
    // Since 2.39 the library reports where the contents end.
    #expect(run.text.contains("contents-may-be-cut") ? run.status == 2 : run.status == 0)
  }

  @Test("an image that only a disk is taken apart for", arguments: ["qcow2", "qed", "vmdk", "vhdx", "vpc", "vdi"])
  func diskImage(format: String) throws {
    try shell("qemu-img create -q -f \(format) nv.img 64M; truncate -s %1M nv.img; cp nv.img before.img")
    let answer = try check("--label-size", "none")
    #expect(answer.contents.map(\.kind) == [format])
    #expect(answer.findings.first { $0.rule == "image-not-raw" }?.severity == "warning")
    let message = answer.findings.first { $0.rule == "image-not-raw" }?.message
    #expect(
      message
        == "the backend is an image in the format \(format): the guest sees the bytes of the format instead of the disk"
    )
    try shell("qemu-img create -q -f raw raw.img 64M")
    let raw = try ProgramRun("vnvdimm-check", ["raw.img"], in: folder.url)
    #expect(!raw.text.contains("image-not-raw"))
  }

  @Test("what fills whatever it is given may have been there before the label area") func filling() throws {
    try shell(
      "truncate -s 64M nv.img; printf secret | cryptsetup -q luksFormat --pbkdf pbkdf2 --pbkdf-force-iterations 1000 nv.img -"
    )
    #expect(try findings(check("--label-size", "none"), "contents-").isEmpty)
    let answer = try check("--label-size", "2M")
    #expect(answer.contents.map(\.kind) == ["crypto_LUKS"])
    #expect(findings(answer, "contents-") == ["contents-end-unknown"])
    #expect(answer.findings.first { $0.rule == "contents-end-unknown" }?.severity == "note")
  }

  @Test("a member of an array has its superblock in the end, behind the file system on it") func array() throws {
    try shell("truncate -s 64M nv.img; mkfs.ext4 -q -F -b 4096 nv.img 61440k")
    let end: UInt64 = 64 << 20
    try put(Self.arraySuperblock(sectors: end / 512), at: end - 8192)
    // Both the checksum and the place are right, so libblkid recognizes it.
    #expect(try check().contents.map(\.kind) == ["ext4", "linux_raid_member"])
    #expect(try findings(check("--label-size", "2M"), "contents-") == ["contents-cut-by-label"])
    let shrink = ["apply", "nv.img", "60M", "--allow-shrink"]
    let refused = try ProgramRun("vnvdimm-resize-guard", shrink, in: folder.url)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("contents-cut: a member of an MD array would be cut"), "\(refused.errors)")
    // An array without data.
    try shell("dd if=/dev/zero of=nv.img bs=1M count=60 conv=notrunc status=none")
    #expect(try check().contents.map(\.kind) == ["linux_raid_member"])
    try put([UInt8](repeating: 0, count: 4096), at: end - 8192)
    #expect(try check().contents.isEmpty)
  }

  @Test("a member of an array that has its superblock in the end does not grow off it") func grownArray() throws {
    try shell("truncate -s 64M nv.img")
    let end: UInt64 = 64 << 20
    try put(Self.arraySuperblock(sectors: end / 512), at: end - 8192)
    for verb in ["plan", "apply"] {
      let run = try ProgramRun("vnvdimm-resize-guard", [verb, "nv.img", "+16M"], in: folder.url)
      #expect(run.status == 2)
      let said = run.text + run.errors
      #expect(said.contains("contents-end-moved: a member of an MD array is found by its last bytes"), "\(said)")
      #expect(said.contains("hint: vnvdimm-migrate-labels init nv.img\n"), "\(said)")
    }
    try shell("[ \"$(stat -c %s nv.img)\" = 67108864 ]")
    // As the hint says, the label's namespace ends where it did before.
    #expect(
      try ProgramRun("vnvdimm-migrate-labels", ["init", "nv.img", "--quiet"], in: folder.url).status
        == 0)
    let grown = try ProgramRun("vnvdimm-resize-guard", ["apply", "nv.img", "+16M"], in: folder.url)
    #expect(grown.status == 0, "\(grown.errors)")
    let answer = try check()
    #expect(answer.contents.map(\.kind) == ["linux_raid_member"])
    #expect(answer.contents.first?.end == end)
  }

  @Test("a longer disk has the backup of its partition table elsewhere, which counts where it is the only one")
  func grownTable() throws {
    try shell("truncate -s 64M nv.img; sgdisk -n 1:0:+16M nv.img >/dev/null")
    let whole = try ProgramRun("vnvdimm-resize-guard", ["plan", "nv.img", "+16M"], in: folder.url)
    #expect(whole.status == 0)
    #expect(whole.text.contains("note: partition-table-end: "), "\(whole.text)")
    try put([UInt8](repeating: 0, count: 512), at: 512)
    let damaged = try ProgramRun("vnvdimm-resize-guard", ["plan", "nv.img", "+16M"], in: folder.url)
    #expect(damaged.status == 2)
    #expect(damaged.text.contains("contents-end-moved: a GUID partition table is found by its last bytes"))
  }

  @Test("what labels without a namespace hide is told, and not cut off") func hidden() throws {
    let arguments = ["--quiet", "--size", "64M", "--label-size", "2M", "nv.img"]
    #expect(try ProgramRun("vnvdimm-create", arguments, in: folder.url).status == 0)
    #expect(try check().status == 0)
    try shell("mkfs.ext4 -q -F -b 4096 nv.img 65536k")
    let answer = try check()
    #expect((answer.status, answer.rules) == (2, ["contents-hidden"]))
    #expect(answer.contents.map(\.kind) == ["ext4"])
    let refused = try ProgramRun(
      "vnvdimm-resize-guard", ["apply", "nv.img", "50M", "--allow-shrink"], in: folder.url)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("contents-cut"), "\(refused.errors)")
    // Without a superblock, it is a remnant of a namespace.
    try shell("dd if=/dev/zero of=nv.img bs=1M count=1 conv=notrunc status=none")
    #expect(try check().status == 0)
    let allowed = try ProgramRun(
      "vnvdimm-resize-guard", ["apply", "nv.img", "50M", "--allow-shrink"], in: folder.url)
    #expect(allowed.status == 0, "\(allowed.errors)")
  }

  @Test("what nobody knows is not free space") func unknown() throws {
    try shell("truncate -s 64M nv.img; echo what is this | dd of=nv.img bs=4096 seek=3 conv=notrunc status=none")
    let refused = try ProgramRun(
      "vnvdimm-resize-guard", ["apply", "nv.img", "48M", "--allow-shrink"], in: folder.url)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("contents-may-be-cut"), "\(refused.errors)")
    try shell("[ \"$(stat -c %s nv.img)\" = 67108864 ]")
    let allowed = try ProgramRun(
      "vnvdimm-resize-guard", ["apply", "nv.img", "48M", "--allow-shrink", "--discard-data"], in: folder.url)
    #expect(allowed.status == 0, "\(allowed.errors)")
  }

  /// Returns the superblock, version 1.0, of a mirror whose members have `sectors` sectors.
  ///
  /// Source: Linux include/uapi/linux/raid/md_p.h `struct mdp_superblock_1`.
  private static func arraySuperblock(sectors: UInt64) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 4096)
    block.store(UInt32(0xa92b_4efc), at: 0)
    block.store(UInt32(1), at: 4)
    for offset in 16..<32 { block[offset] = UInt8(offset) }
    block.store(UInt32(1), at: 72)
    block.store(sectors - 64, at: 80)
    block.store(UInt32(2), at: 92)
    block.store(sectors - 64, at: 136)
    block.store(sectors - 16, at: 144)
    block.store(UInt32(2), at: 220)
    var sum = stride(from: 0, to: 256 + 2 * 2, by: 4).reduce(UInt64(0)) {
      $0 + UInt64(block.load(UInt32.self, at: $1))
    }
    sum = (sum & 0xffff_ffff) + sum >> 32
    block.store(UInt32(truncatingIfNeeded: sum), at: 216)
    return block
  }

  private func put(_ bytes: [UInt8], at offset: UInt64) throws {
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img"))
    try file.seek(toOffset: offset)
    try file.write(contentsOf: Data(bytes))
    try file.close()
  }
}
