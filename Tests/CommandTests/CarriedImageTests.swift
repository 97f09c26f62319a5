import Foundation
import TestSupport
import Testing

/// An image must be to a guest in the new backend what it is to a guest without labels; otherwise it is refused.
@Suite("vnvdimm-create: an image is carried over")
struct CarriedImageTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func shell(_ script: String) throws {
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/sh"),
      ["-ec", "PATH=\(ProgramRun.products.path):$PATH:/usr/sbin:/sbin\n\(script)"], in: folder.url)
    #expect(run.status == 0, "\(script)\n\(run.errors)")
  }

  private func create(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun("vnvdimm-create", arguments, in: folder.url)
  }

  private func contents(_ path: String) throws -> [(kind: String, offset: UInt64)] {
    let (answer, _) = try CheckAnswer.one([path], in: folder.url)
    #expect(answer.findings.allSatisfy { $0.severity != "error" }, "\(answer.findings)")
    return answer.contents.map { ($0.kind, $0.offset) }
  }

  private func guestShows(_ mode: String, _ path: String) throws {
    let view = try ProgramRun("vnvdimm-check", ["--guest-view", path], in: folder.url)
    #expect(view.text.contains("\"mode\" : \"\(mode)\""), "\(view.text)\(view.errors)")
  }

  private func bytes(_ path: String, _ range: Range<Int>) throws -> Data {
    let file = try FileHandle(forReadingFrom: folder.url.appendingPathComponent(path))
    try file.seek(toOffset: UInt64(range.lowerBound))
    return try file.read(upToCount: range.count) ?? Data()
  }

  @Test("fsdax without labels: under a label, in a larger region, and without labels once more")
  func superblock() throws {
    try shell(
      """
      vnvdimm-create -q --label-size none --namespace fsdax --size 128M ll.img
      mkfs.ext4 -q -F -b 4096 -E offset=2097152 ll.img 129024k
      """)
    for options in [["--size", "256M"], [], ["--label-size", "none"], ["--labels", "1.1"]] {
      let run = try ProgramRun(
        "vnvdimm-create", ["-q", "--overwrite", "--from", "ll.img"] + options + ["nv.img"], in: folder.url)
      #expect(run.status == 0, "\(run.errors)")
      try guestShows("fsdax", "nv.img")
      let found = try contents("nv.img")
      #expect(found.map(\.kind) == ["ext4"] && found.map(\.offset) == [2 << 20], "\(options)")
    }
    let into = try create("--from", "ll.img", "--size", "256M", "--namespace", "raw", "other.img")
    #expect(into.status == 2)
    #expect(into.errors.contains("is a namespace in fsdax mode already"))
  }

  @Test("a translation table, and devdax", arguments: ["sector", "devdax"]) func others(mode: String) throws {
    try shell(
      """
      vnvdimm-create -q --label-size none --namespace \(mode) --size 64M ll.img
      vnvdimm-create -q --from ll.img nv.img
      vnvdimm-create -q --size 96M --from ll.img larger.img
      """)
    for path in ["ll.img", "nv.img", "larger.img"] { try guestShows(mode, path) }
  }

  /// Makes a member of an MD array whose superblock is either of version 1.0 at its end, as mdadm 4.2 writes it, or of
  /// another version at the sector `offset`.
  private func makeMember(_ path: String, _ size: UInt64, superblockAt offset: UInt64? = nil) throws {
    let isAtEnd = offset == nil
    let offset = offset ?? (size / 512 - 16) & ~7
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ value: UInt64, _ count: Int, at place: Int) {
      for byte in 0..<count { block[place + byte] = UInt8(truncatingIfNeeded: value >> (byte * 8)) }
    }
    put(0xa92b_4efc, 4, at: 0)
    put(1, 4, at: 4)
    block.replaceSubrange(16..<32, with: "0123456789abcdef".utf8)
    block.replaceSubrange(32..<40, with: "host:md0".utf8)
    put(1, 4, at: 72)
    put(offset, 8, at: 80)
    put(2, 4, at: 92)
    put(isAtEnd ? 0 : 2048, 8, at: 128)
    put(isAtEnd ? offset : size / 512 - 2048, 8, at: 136)
    put(offset, 8, at: 144)
    block.replaceSubrange(168..<184, with: "fedcba9876543210".utf8)
    put(1, 8, at: 200)
    put(128, 4, at: 220)
    for role in 2..<128 { put(0xffff, 2, at: 256 + 2 * role) }
    put(1, 2, at: 258)
    let sum = stride(from: 0, to: 512, by: 4).reduce(UInt64(0)) { sum, place in
      sum + (0..<4).reduce(UInt64(0)) { $0 | UInt64(block[place + $1]) << ($1 * 8) }
    }
    put((sum & 0xffff_ffff) + sum >> 32, 4, at: 216)
    try Data().write(to: folder.url.appendingPathComponent(path))
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent(path))
    try file.truncate(atOffset: size)
    try file.seek(toOffset: offset * 512)
    try file.write(contentsOf: block)
  }

  @Test("what is known by its last bytes: the disk ends where it did, or it is refused") func end() throws {
    try makeMember("66.img", 66 << 20)
    try shell("vnvdimm-create -q --from 66.img nv.img 2>/dev/null")
    #expect(try contents("nv.img").map(\.kind) == ["linux_raid_member"])
    let padded = try create("--from", "66.img", "--size", "80M", "padded.img")
    #expect(padded.status == 2)
    #expect(padded.errors.contains("its last bytes show that it holds linux_raid_member"))
    let hint = try #require(padded.errors.split(separator: "\n").first { $0.hasPrefix("hint: ") })
    try shell("\(hint.dropFirst(6)) >/dev/null 2>&1")
    #expect(try contents("padded.img").map(\.kind) == ["linux_raid_member"])

    // Linux makes no device for a region whose size is not a multiple of 2 MiB.
    try makeMember("65.img", 65 << 20)
    let refused = try create("--from", "65.img", "new.img")
    #expect(refused.status == 2 && !refused.errors.contains("hint"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("new.img")))
  }

  @Test("members of MD arrays that are known by their first bytes are carried anywhere", arguments: [0, 8])
  func start(sector: UInt64) throws {
    try makeMember("member.img", 66 << 20, superblockAt: sector)
    try shell(
      """
      test "$(blkid -p -s TYPE -o value member.img)" = linux_raid_member
      vnvdimm-create -q --size 96M --from member.img nv.img
      """)
    let (answer, _) = try CheckAnswer.one(["nv.img"], in: folder.url)
    #expect(answer.contents.map(\.kind) == ["linux_raid_member"] && answer.contents.map(\.end) == [66 << 20])
    let shorter = try ProgramRun("vnvdimm-resize-guard", ["apply", "nv.img", "-40M", "--allow-shrink"], in: folder.url)
    #expect(shorter.status == 2, "\(shorter.text)\(shorter.errors)")
  }

  @Test("the block of a namespace whose label is not there is refused") func foreign() throws {
    try shell(
      """
      vnvdimm-create -q --size 64M --namespace fsdax nv.img
      vnvdimm-migrate-labels split -q --no-backup nv.img labels 2>/dev/null \
        || vnvdimm-migrate-labels split -q nv.img labels
      """)
    let run = try create("--from", "nv.img", "new.img")
    #expect(run.status == 2)
    #expect(run.errors.contains("NVDIMM_PFN_INFO of a namespace whose label is not in it"), "\(run.errors)")
  }

  @Test(
    "what is compressed is noticed, and the hint makes an image of it",
    arguments: [("gzip", "gzip -c"), ("xz", "xz -c"), ("zstd", "zstd -qc"), ("bzip2", "bzip2 -c")])
  func compressed(kind: String, pack: String) throws {
    try shell("truncate -s 16M root; mkfs.ext4 -q -F -b 4096 root; \(pack) root >packed.img")
    let run = try create("--from", "packed.img", "nv.img")
    #expect(run.status == 63)
    #expect(run.errors.contains("an image in the format \(kind), of which a guest sees the raw bytes"))
    let hint = try #require(run.errors.split(separator: "\n").first { $0.hasPrefix("hint: ") })
    try shell("\(hint.dropFirst(6)); cmp root packed.img.raw")
    try shell("truncate -s 16M packed.img")
    let (answer, _) = try CheckAnswer.one(["packed.img"], in: folder.url)
    #expect(answer.rules.contains("image-not-raw"))
  }

  // MARK: Images for other programs

  /// The partition tables of a Kata image of 128 MiB from byte 440 on, as parted 3.5 writes them to a file ("mklabel
  /// msdos mkpart primary ext4"; 3M to -1M at the start of the image, 1M to -1M at the start of the namespace's data),
  /// and the info block that Kata's nsdax writes with 2097152 2097152.
  private static let firstTable = "01308303e0ff00180000 00e00300".replacing(" ", with: "")
  private static let secondTable = "01108303e0ff00080000 00e00300".replacing(" ", with: "")
  private static let infoBlock =
    "4e5644494d4d5f50464e5f494e464f00" + String(repeating: "00", count: 38) + "0200" + "0000200000000000"
    + "0000000000000000" + "01000000" + "0000000000000000" + "00002000"
  private static let infoBlockSum = "303894e32b035b68"

  private func hex(_ data: Data) -> String {
    data.map { String(repeating: "0", count: $0 < 16 ? 1 : 0) + String($0, radix: 16) }.joined()
  }

  @Test("for Kata: table, info block, table, root file system, as its builder lays them out") func kata() throws {
    // The image builder's disk: a partition from 1 MiB to 1 MiB before the end.
    try shell("truncate -s 126M root.img")
    var sector = [UInt8](repeating: 0, count: 512)
    sector.replaceSubrange(440..<444, with: [0xac, 0x84, 0xdc, 0x0e])
    let table = stride(from: 0, to: Self.secondTable.count, by: 2).compactMap { offset -> UInt8? in
      let start = Self.secondTable.index(Self.secondTable.startIndex, offsetBy: offset)
      return UInt8(Self.secondTable[start..<Self.secondTable.index(start, offsetBy: 2)], radix: 16)
    }
    sector.replaceSubrange(448..<448 + table.count, with: table)
    sector.replaceSubrange(510..<512, with: [0x55, 0xaa])
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("root.img"))
    try file.write(contentsOf: sector)
    try file.close()
    try shell("mkfs.ext4 -q -F -b 4096 -E offset=1048576 root.img 126976k")

    let run = try create("--for", "kata", "--from", "root.img", "kata.img")
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.text.hasSuffix("image = \"\(folder.path("kata.img"))\"\ndisable_image_nvdimm = false\n"))
    #expect(try FileManager.default.attributesOfItem(atPath: folder.path("kata.img"))[.size] as? Int == 128 << 20)
    #expect(hex(try bytes("kata.img", 440..<512)).hasPrefix("ac84dc0e0000" + "0000" + Self.firstTable))
    #expect(hex(try bytes("kata.img", 4096..<4096 + 88)) == Self.infoBlock)
    #expect(hex(try bytes("kata.img", 8184..<8192)) == Self.infoBlockSum)
    #expect(try bytes("kata.img", 4096 + 88..<8184).allSatisfy { $0 == 0 })
    #expect(hex(try bytes("kata.img", (2 << 20) + 440..<(2 << 20) + 512)).contains(Self.secondTable))
    try shell("cmp -i 2097152:0 kata.img root.img")

    let check = try ProgramRun("vnvdimm-check", ["--for", "kata", "kata.img"], in: folder.url)
    #expect(check.status == 0, "\(check.text)")
    #expect(check.text.contains("holds ext4 in partition 1 in the region, 0x300000 to"), "\(check.text)")
    let view = try ProgramRun("vnvdimm-check", ["--guest-view", "kata.img"], in: folder.url).text
    #expect(view.contains("\"mode\" : \"fsdax\"") && view.contains("\"size\" : 132120576"), "\(view)")
  }

  @Test(
    "what is made for a program suits it",
    arguments: ["cloud-hypervisor", "firecracker", "crosvm", "stratovirt", "openvmm", "qemu-virtio-pmem", "kata-rs"])
  func suits(program: String) throws {
    try shell("truncate -s 3M root.img; mkfs.ext4 -q -F -b 4096 root.img 2>/dev/null")
    let run = try create("--for", program, "--from", "root.img", "nv.img")
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let check = try ProgramRun("vnvdimm-check", ["--for", program, "nv.img"], in: folder.url)
    #expect(check.status == 0, "\(check.text)")
    #expect(check.text.contains("holds ext4"), "\(check.text)")
    let json = try create("--json", "--plan", "--for", program, "--from", "root.img", "nv.img")
    #expect(json.text.contains("\"program\" : \"\(program)\""), "\(json.text)")
  }

  @Test(
    "the lines for a program have the options that were given",
    arguments: [
      ("firecracker,read_only=true", "\"read_only\": true}"),
      ("firecracker", "\"read_only\": false}"),
      ("cloud-hypervisor,discard_writes=on", "nv.img,discard_writes=on"),
      ("crosvm,ro=true", "nv.img,ro=true"),
      ("stratovirt,share=off", ",share=off "),
      ("stratovirt,size=4M", ",size=4M,share=on "),
    ])
  func consumerOptions(choice: String, expected: String) throws {
    let run = try ProgramRun(
      "vnvdimm-create", ["--plan", "--for", choice, "--size", "4M", "nv.img"], in: folder.url)
    #expect(run.status == 0 && run.text.contains(expected), "\(run.text)")
  }

  @Test("sizes that a program does not take, and labels, which its device has not, are refused")
  func refusals() throws {
    let odd = try create("--for", "firecracker", "--size", "3M", "nv.img")
    #expect(odd.status == 64)
    #expect(odd.errors.contains("Firecracker 1.16 needs another size") && odd.errors.contains("nv.img --size 4M\n"))
    let power = try create("--for", "openvmm", "--size", "6M", "nv.img")
    #expect(power.errors.contains("nv.img --size 8M\n"))
    for option in [["--label-size", "128K"], ["--labels", "1.1"], ["--slot", "1"]] {
      let run = try ProgramRun(
        "vnvdimm-create", ["--for", "crosvm", "--size", "4M"] + option + ["nv.img"], in: folder.url)
      #expect(run.status == 64 && run.errors.contains("the device that crosvm offers has no labels and no slot"))
    }
  }
}
