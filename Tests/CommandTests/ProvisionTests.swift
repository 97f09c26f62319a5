import Foundation
import TestSupport
import Testing

@Suite("vnvdimm-create --namespace")
struct ProvisionTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func create(_ arguments: [String]) throws -> ProgramRun {
    try ProgramRun("vnvdimm-create", arguments, in: folder.url)
  }

  private func answer(_ arguments: [String]) throws -> NSDictionary {
    let run = try create(["--json"] + arguments)
    #expect(run.status == 0 && run.errors == "")
    return try #require(try JSONSerialization.jsonObject(with: run.output) as? NSDictionary)
  }

  private func bytes(at offset: UInt64, count: Int, of name: String) throws -> Data {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.path(name)))
    try file.seek(toOffset: offset)
    return try file.read(upToCount: count) ?? Data()
  }

  @Test func saysWhatTheGuestWillSeeAndHowToPutAFileSystemIntoIt() throws {
    let run = try create([
      "--size", "256M", "--slot", "3", "--namespace", "sector,size=32M,name=table", "--namespace", "fsdax,size=64M",
      "--namespace", "devdax,map=mem,align=4K", "nv.img",
    ])
    #expect(run.status == 0 && run.errors == "")
    #expect(
      run.text.contains(
        """


        namespaces, in DIMM slot 3:
          pmem0s (sector) "table", 32444416 bytes (31684 KiB), data behind a translation table
          pmem0.1 (fsdax), 65011712 bytes (62 MiB), data at 0x2200000
            mkfs.ext4 -b 4096 -E offset=35651584 nv.img 63488k
          dax0.2 (devdax), 165675008 bytes (158 MiB), data at 0x6200000

        QEMU:
        qemu-system-x86_64 -machine q35,nvdimm=on -m 1G,slots=4,maxmem=2G \\
        """))
    #expect(run.text.contains(",label-size=2M,slot=3\n"))
    #expect(run.text.contains("    <address type='dimm' slot='3'/>\n  </memory>\n"))
  }

  @Test("what it prints puts a file system where the answer says that data begins")
  func fileSystem() throws {
    let options = ["--size", "256M", "--namespace", "raw,size=16M", "--namespace", "fsdax", "nv.img"]
    let planned = try answer(["--plan"] + options)
    let run = try create(options)
    let command = try #require(run.text.split(separator: "\n").first { $0.contains("mkfs.ext4") })
    let made = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/sh"), ["-c", "PATH=$PATH:/usr/sbin:/sbin; \(command)"], in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
    let namespaces = try #require(planned["namespaces"] as? [NSDictionary])
    let offset = try #require(namespaces[1]["data_offset"] as? UInt64)
    // The superblock begins at 1024; its magic number 0xef53 is at 56, and the number of its blocks, of 4 KiB, at 4.
    #expect(try bytes(at: offset + 1080, count: 2, of: "nv.img") == Data([0x53, 0xef]))
    let blocks = try bytes(at: offset + 1028, count: 4, of: "nv.img").reversed().reduce(UInt64(0)) {
      $0 << 8 | UInt64($1)
    }
    #expect(blocks * 4096 == namespaces[1]["size"] as? UInt64)
    // The namespace's own superblock remains.
    #expect(try bytes(at: (16 << 20) + 4096, count: 15, of: "nv.img") == Data("NVDIMM_PFN_INFO".utf8))
  }

  @Test("a plan tells all but the uuids that nobody has chosen yet, and creates nothing")
  func plan() throws {
    let uuid = "01234567-89ab-cdef-0123-456789abcdef"
    let options = ["--size", "128M", "--namespace", "sector,size=32M", "--namespace", "devdax,uuid=\(uuid)", "nv.img"]
    let planned = try answer(["--plan"] + options)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    let namespaces = try #require(planned["namespaces"] as? [NSDictionary])
    #expect(namespaces.map { $0["uuid"] as? String } == [nil, uuid])
    #expect(namespaces.map { $0["data_offset"] as? Int } == [nil, 34 << 20])
    #expect(namespaces.map { $0["chardev"] as? String } == [nil, "dax0.1"])
    #expect(namespaces.map { $0["blockdev"] as? String } == ["pmem0s", nil])
    let always = ["dev", "mode", "size", "dpa", "rawsize"]
    #expect(
      namespaces.map { Set($0.allKeys.compactMap { $0 as? String }) } == [
        Set(always + ["sector_size", "blockdev"]),
        Set(always + ["map", "uuid", "raw_uuid", "align", "chardev", "data_offset"]),
      ])
    #expect(planned["dimm_slot"] as? Int == 0)

    let created = try answer(options)
    let made = try #require(created["namespaces"] as? [NSDictionary])
    for (before, after) in zip(namespaces, made) {
      for key in before.allKeys.compactMap({ $0 as? String }) where !key.hasSuffix("uuid") {
        #expect(before[key] as? NSObject == after[key] as? NSObject)
      }
    }
    // The label in slot 0 begins with the raw uuid: 2 MiB of labels of 256 bytes, behind two blocks of 1280.
    let label = try bytes(at: (128 << 20) + 2560, count: 16, of: "nv.img")
    let printed = (made[0]["raw_uuid"] as? String ?? "").replacingOccurrences(of: "-", with: "")
    #expect(label.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() == printed)
  }

  @Test("a table over 1 TiB takes no more space than it needs")
  func sparse() throws {
    let run = try create(["--size", "1T", "--namespace", "sector,sector-size=512", "nv.img", "--quiet"])
    #expect(run.status == 0)
    var status = stat()
    #expect(unsafe stat(folder.path("nv.img"), &status) == 0)
    // Two arenas: two info blocks and a log each. Two index blocks, one label.
    #expect(status.st_blocks * 512 <= 128 << 10)
  }

  @Test("an alignment of 1 GiB asks for a region at such an address")
  func hugeAlignment() throws {
    let run = try create(["--size", "2G", "--namespace", "fsdax,align=1G,name=huge", "nv.img"])
    #expect(run.status == 0)
    #expect(run.errors.hasPrefix("vnvdimm-create: nv.img: warning: namespace-alignment-huge: namespace0.0 has an"))
  }

  struct Refusal: Sendable {
    let options: [String]
    let errors: String
  }

  static let refusals = [
    Refusal(
      options: ["--namespace", "fsdxa"],
      errors: """
        vnvdimm-create: The value 'fsdxa' is invalid for '--namespace <mode[,...]>': 'fsdxa' is not a mode \
        (expected raw, sector, fsdax or devdax)
        hint: vnvdimm-create --help

        """),
    Refusal(
      options: ["--namespace", "raw,size=24M"],
      errors: """
        vnvdimm-create: --namespace: namespace 1 (raw): misaligned (stored 25165824 bytes (24 MiB), expected a \
        multiple of 16 MiB)
        hint: vnvdimm-create --size 256M nv.img --namespace raw,size=32M

        """),
    Refusal(
      options: ["--namespace", "sector,size=16M", "--labels", "1.1"],
      errors: """
        vnvdimm-create: --namespace: namespace 1 (sector): no room for a translation table (stored 16777216 bytes \
        (16 MiB), expected at least 32 MiB)
        hint: vnvdimm-create --size 256M nv.img --namespace sector,size=32M --labels 1.1

        """),
    Refusal(
      options: ["--namespace", "raw,name=data", "--label-size", "none"],
      errors: """
        vnvdimm-create: --namespace: without a label area there is one namespace: it takes the whole region, and has \
        no name
        hint: vnvdimm-create --size 256M nv.img --namespace raw,name=data --label-size auto

        """),
    Refusal(
      options: ["--namespace", "raw", "--labels", "blank"],
      errors: """
        vnvdimm-create: --namespace needs labels, and --labels blank asks for none
        hint: vnvdimm-create --help

        """),
    Refusal(
      options: ["--slot", "256"],
      errors: """
        vnvdimm-create: --slot: slot 256 does not exist (expected 0 to 255)
        hint: vnvdimm-create --help

        """),
    Refusal(
      options: ["--slot", "-1"],
      errors: """
        vnvdimm-create: --slot: slot -1 does not exist (expected 0 to 255)
        hint: vnvdimm-create --help

        """),
  ]

  @Test("a wish that cannot be has its message, status 64, and leaves nothing", arguments: refusals)
  func refused(_ refusal: Refusal) throws {
    let run = try create(["--size", "256M", "nv.img"] + refusal.options)
    #expect(run.status == 64)
    #expect(run.errors == refusal.errors)
    #expect(run.text == "")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }
}
