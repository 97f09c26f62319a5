import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite("vnvdimm-create")
struct CreateTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func create(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun("vnvdimm-create", arguments, in: folder.url)
  }

  private func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder.path(name))) }

  @Test func answersWithTheGeometryAndTheConfigurationToPaste() throws {
    let run = try create("--size", "128M", "nv.img")
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(
      run.text.replacingOccurrences(of: folder.url.path, with: "/dir") == """
        nv.img: created
          file size       136314880 bytes (130 MiB), sparse
          label area      2097152 bytes (2 MiB) at 0x8000000, version 1.2, 8182 slots
          alignment       4096 bytes (4 KiB)
          guest size      134217728 bytes (128 MiB)
          gap             0 bytes

        QEMU:
        qemu-system-x86_64 -machine q35,nvdimm=on -m 1G,slots=1,maxmem=2G \\
          -object memory-backend-file,id=mem-nvdimm1,share=on,mem-path=/dir/nv.img,size=130M \\
          -device nvdimm,id=nvdimm1,memdev=mem-nvdimm1,label-size=2M

        vnvdimm emulate:
        vnvdimm emulate -machine pc,nvdimm=on -m 1G,slots=1,maxmem=2G \\
          -object memory-backend-file,id=mem-nvdimm1,share=on,mem-path=/dir/nv.img,size=130M \\
          -device nvdimm,id=nvdimm1,memdev=mem-nvdimm1,label-size=2M

        libvirt:
        <maxMemory slots='1' unit='KiB'>2097152</maxMemory>
        <features>
          <acpi/>
        </features>
        <cpu>
          <numa>
            <cell id='0' cpus='0' memory='1048576' unit='KiB'/>
          </numa>
        </cpu>
        <devices>
          <memory model='nvdimm' access='shared'>
            <source>
              <path>/dir/nv.img</path>
            </source>
            <target>
              <size unit='KiB'>133120</size>
              <node>0</node>
              <label>
                <size unit='KiB'>2048</size>
              </label>
            </target>
          </memory>
        </devices>

        """)
    #expect(try FolderState(of: folder.url).names == ["nv.img"])
    #expect(try bytes("nv.img").count == 136_314_880)
  }

  struct Labels: Sendable {
    let option: String
    /// Bytes 0 to 63 of index block 0 (without its checksum) in a label area of 128 KiB.
    let index: String
  }

  // label-format.md, 1.1 and 2: sig, flags and lsz, seq 3, myoff, mysize, otheroff, labeloff, nslot, major, minor.
  static let labels = [
    Labels(
      option: "1.1",
      index: """
        4e414d4553504143455f494e44455800 00000000 03000000 0000000000000000 0001000000000000 \
        0001000000000000 0002000000000000 fc030000 0100 0100
        """),
    Labels(
      option: "1.2",
      index: """
        4e414d4553504143455f494e44455800 00000001 03000000 0000000000000000 0001000000000000 \
        0001000000000000 0002000000000000 fe010000 0100 0200
        """),
    Labels(option: "blank", index: String(repeating: "00", count: 64)),
  ]

  @Test("the label area lies at S - L and holds what was asked for", arguments: labels)
  func labelArea(_ labels: Labels) throws {
    let run = try create("--size", "16M", "--label-size", "128K", "--labels", labels.option, "nv.img")
    #expect(run.status == 0)
    #expect(run.errors == "")
    let file = try bytes("nv.img")
    #expect(file.count == 16 << 20 + 128 << 10)
    let index = file[(16 << 20)..<(16 << 20) + 64].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(index == labels.index.filter { $0 != " " })
    #expect(file[..<(16 << 20)].allSatisfy { $0 == 0 })
  }

  @Test func withoutLabelsTheFileIsTheRegion() throws {
    let run = try create("--size", "32M", "--label-size", "none", "nv.img")
    #expect(run.status == 0)
    #expect(run.text.contains("label area      none\n"))
    #expect(!run.text.contains("label-size"))
    #expect(!run.text.contains("<label>"))
    #expect(try bytes("nv.img") == Data(count: 32 << 20))
  }

  @Test func aPlanTouchesNothing() throws {
    let before = try FolderState(of: folder.url)
    let run = try create("--plan", "--file-size", "128M", "nv.img")
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.text.hasPrefix("nv.img: planned\n"))
    #expect(run.text.contains("16777216 bytes (16 MiB) at 0x7000000"))
    #expect(run.text.contains("guest size      117440512 bytes (112 MiB)"))
    #expect(try FolderState(of: folder.url) == before)
  }

  @Test func aPlanSaysWhatWouldKeepItFromBeingDone() throws {
    try Data([1]).write(to: URL(fileURLWithPath: folder.path("nv.img")))
    let before = try FolderState(of: folder.url)
    let run = try create("--plan", "--size", "16M", "nv.img")
    #expect(run.status == 0)
    #expect(
      run.errors == """
        vnvdimm-create: nv.img: warning: would-be-refused: as things are, this would be refused: \
        the file exists already

        """)
    #expect(try create("--plan", "--overwrite", "--size", "16M", "nv.img").errors == "")
    #expect(try FolderState(of: folder.url) == before)
  }

  @Test func overwriteReplacesAFileAndKeepsItsMode() throws {
    let path = folder.path("nv.img")
    try Data([1]).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o606], ofItemAtPath: path)
    #expect(try create("--overwrite", "--size", "16M", "--label-size", "none", "nv.img").status == 0)
    #expect(try bytes("nv.img") == Data(count: 16 << 20))
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o606)
  }

  @Test("capacity that the guest would lose is warned of, with a size that loses none")
  func warnings() throws {
    let labelled = try create("--size", "100M", "a b.img")
    #expect(labelled.status == 0)
    #expect(
      labelled.errors == """
        vnvdimm-create: a b.img: warning: guest-alignment: namespaces are multiples of 16 MiB: the guest can use 100663296 bytes (96 MiB), and 4194304 bytes (4 MiB) are lost; a DIMM plugged after it starts misaligned (stored 104857600 bytes (100 MiB), expected a multiple of 16 MiB)
        hint: vnvdimm-create 'a b.img' --size 112M --overwrite

        """)
    let bare = try create("--file-size", "100M", "--label-size", "none", "b.img")
    #expect(bare.errors.contains("the guest's ndctl makes no namespace of a region that is not a multiple of 16 MiB"))
    let small = try create("--file-size", "4M", "c.img")
    #expect(small.errors.contains("a DIMM plugged after it starts misaligned"))
    let mended = try create("a b.img", "--size", "112M", "--overwrite")
    #expect(mended.errors == "")
    #expect(try create("--size", "100M", "--quiet", "e.img").errors == "")
  }

  @Test("space is taken when it was asked for", arguments: ["off", "falloc", "full"])
  func preallocation(_ preallocation: String) throws {
    let run = try create("--size", "32M", "--label-size", "none", "--preallocate", preallocation, "nv.img")
    #expect(run.status == 0)
    #expect(run.errors == "")
    let allocated = try FilePath(folder.path("nv.img")).stat().sizeAllocated
    #expect(preallocation == "off" ? allocated == 0 : allocated >= 32 << 20)
    #expect(try bytes("nv.img") == Data(count: 32 << 20))
  }

  @Test func quietSaysNothing() throws {
    let run = try create("-q", "--size", "16M", "nv.img")
    #expect(run.status == 0)
    #expect(run.output.isEmpty && run.errors.isEmpty)
    #expect(try bytes("nv.img").count == 18 << 20)
  }

  @Test("a backend of 1 TiB takes no space and no time") func oneTebibyte() throws {
    #expect(try create("--size", "1T", "nv.img").status == 0)
    let facts = try FileManager.default.attributesOfItem(atPath: folder.path("nv.img"))
    #expect(facts[.size] as? UInt64 == 1 << 40 + 2 << 20)
  }

  @Test func jsonCarriesAllOfIt() throws {
    let run = try create("--json", "--size", "64M", "--label-size", "128K", "--backend-align", "64K", "nv.img")
    #expect(run.status == 0)
    let text = run.text.replacingOccurrences(of: folder.url.path, with: "/dir")
    let memory = "memory-backend-file,id=mem-nvdimm1,share=on,mem-path=/dir/nv.img,size=65664K,align=64K"
    let device = "nvdimm,id=nvdimm1,memdev=mem-nvdimm1,label-size=128K"
    let options = { (machine: String) in
      ["-machine", machine, "-m", "1G,slots=1,maxmem=2G", "-object", memory, "-device", device]
    }
    let expected: [String: Any] = [
      "format": 1, "path": "/dir/nv.img", "created": true, "preallocation": "off",
      "file_size": 67_239_936, "mapped_size": 67_239_936, "guest_size": 67_108_864, "alignment": 65536, "gap": 0,
      "label_area": ["size": 131072, "offset": 67_108_864, "version": "1.2", "label_slots": 510],
      "image": NSNull(), "dimm_slot": NSNull(), "namespaces": [] as [String], "media_errors": [] as [String],
      "configuration": [
        "qemu": options("q35,nvdimm=on"), "emulate": options("pc,nvdimm=on"), "libvirt": NSNull(),
      ],
      "findings": [
        [
          "path": "/dir/nv.img", "rule": "libvirt-rounds-size", "severity": "note",
          "message": "libvirt would ask QEMU for 69206016 bytes (66 MiB), which the file does not hold",
          "stored": "67239936 bytes (65664 KiB)", "expected": "a multiple of 2 MiB",
        ]
      ],
    ]
    let answer = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary
    #expect(answer == expected as NSDictionary)
  }
}
