import Foundation
import TestSupport
import Testing

@Suite("vnvdimm-check")
struct CheckCommandTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func check(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun("vnvdimm-check", arguments, in: folder.url)
  }

  private func create(_ name: String, _ arguments: String...) throws {
    let run = try ProgramRun("vnvdimm-create", arguments + [name], in: folder.url)
    try #require(run.status == 0, "\(run.errors)")
  }

  private func truncate(_ name: String, to length: UInt64) throws {
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent(name))
    try file.truncate(atOffset: length)
    try file.close()
  }

  @Test("a sound backend: one block, the facts first, the verdict last")
  func sound() throws {
    try create("nv.img", "--size", "64M", "--label-size", "128K")
    let run = try check("nv.img", "--qemu-version", "7.2")
    #expect(run.status == 0)
    #expect(
      run.text == """
        nv.img: file size 65664 KiB, label area 128 KiB at 0x4000000 (version 1.2, 0 of 510 label slots used, found), guest size 64 MiB
          nvdimm: DIMM slot 0, 64 MiB at 0x100000000, node 0, handle 0x1, serial 0x123456
        QEMU 7.2 starts

        """)
    #expect(run.errors.isEmpty)
    #expect(try check("nv.img", "--quiet").output.isEmpty)
  }

  @Test("a refusal is told with QEMU's words, both numbers, and what mends it")
  func refused() throws {
    try create("nv.img", "--file-size", "62M", "--label-size", "none")
    let run = try check("nv.img", "--size", "64M", "--qemu-version", "7.2")
    #expect(run.status == 2)
    #expect(
      run.text == """
        nv.img: file size 62 MiB, mapped size 64 MiB
          error: backend-smaller: the backend is shorter than the mapped size (stored 65011712 bytes (62 MiB), expected 67108864 bytes (64 MiB))
            hint: truncate -s 67108864 nv.img
        QEMU 7.2 refuses: backing store size 0x3e00000 does not match 'size' option 0x4000000

        """)
  }

  @Test(
    "what cannot be examined has a message and a status of its own",
    arguments: [
      (CheckedFile.missing, Int32(1), "nv.img: no such file"), (.directory, 63, "nv.img: a directory, not a backend"),
      // QEMU refuses these, which is a graver finding.
      (.fifo, 2, "nv.img: a fifo, not a backend"),
      (.link(to: "nowhere"), 2, "nv.img: a symbolic link to a file that does not exist"),
      (.link(to: "nv.img"), 2, "nv.img: cannot open: Too many levels of symbolic links"),
    ])
  func unexaminable(file: CheckedFile, status: Int32, message: String) throws {
    try file.make(in: folder)
    let run = try check("nv.img")
    #expect(run.status == status)
    #expect(run.errors == "vnvdimm-check: \(message)\n")
  }

  @Test(
    "usage",
    arguments: [
      ["nv.img", "--size", "0x"], ["nv.img", "--size", "-1"], ["nv.img", "--size", "1X"],
      ["nv.img", "--size", "16777216T"],
      ["nv.img", "--label-size", "-1"], ["nv.img", "--qemu-version", "2.5"], ["nv.img", "--arch", "riscv"], [],
      ["nv.img", "--slot", "1", "--slot", "2"],
    ])
  func usage(arguments: [String]) throws {
    let run = try ProgramRun("vnvdimm-check", arguments, in: folder.url)
    #expect(run.status == 64)
    #expect(run.errors.hasPrefix("vnvdimm-check: "))
  }

  @Test("an empty file and a file of one byte")
  func tiny() throws {
    try CheckedFile.length(0).make(in: folder)
    #expect(try check("nv.img").status == 2)
    #expect(try check("nv.img", "--size", "64M").status == 3)
    try CheckedFile.length(1).make(in: folder)
    #expect(try check("nv.img").status == 2)
  }

  @Test("2.6 and 2.7 cut the file, 10.0 has another message, one document for each release")
  func releases() throws {
    try create("nv.img", "--file-size", "64M", "--label-size", "none")
    let run = try check(
      "nv.img", "--json", "--size", "32M", "--qemu-version", "2.7", "--qemu-version", "2.8", "--qemu-version", "10.2")
    let answers = try CheckAnswer.all(of: run)
    let truncation = CheckAnswer.Prediction.Change(path: "nv.img", kind: "truncated", from: 67_108_864, to: 33_554_432)
    #expect(answers.map(\.change) == [truncation, nil, nil])
    #expect(answers.map(\.rules) == [["backend-truncated"], ["backend-larger"], ["backend-larger"]])
    #expect(answers.map(\.status) == [2, 3, 3])
    #expect(run.status == 2)
    let newest = try CheckAnswer.one(["nv.img", "--size", "128M"], in: folder.url).answer
    #expect(
      newest.prediction.message
        == "mem1 backing store size 0x4000000 is too small for 'size' option 0x8000000 plus 'offset' option 0x0")
  }

  @Test("the paths are the DIMMs of one machine: slots, maxmem and addresses count over all")
  func machine() throws {
    for name in ["a", "b", "c"] { try create(name, "--file-size", "128M", "--label-size", "128K") }
    func document(slots: String, _ paths: String...) throws -> CheckAnswer.Document {
      let limits = ["--json", "--ram", "256M", "--slots", slots, "--maxmem", "1G"]
      let run = try ProgramRun("vnvdimm-check", paths + ["--label-size", "128K"] + limits, in: folder.url)
      return try #require(CheckAnswer.documents(of: run).first, "\(run.errors)")
    }
    let refused = try document(slots: "2", "a", "b", "c")
    #expect(refused.backends.map(\.path) == ["a", "b", "c"])
    #expect((refused.prediction.message, refused.status) == ("no free slots available", 2))
    #expect(refused.findings.filter { $0.rule == "machine-slot" }.map(\.path) == ["qemu-system-x86_64"])
    let started = try document(slots: "2", "a", "b")
    #expect(started.prediction.devices.map(\.data.addr) == [0x1_0000_0000, 0x1_07fe_0000])
    #expect(started.findings.filter { $0.rule == "region-start" }.map(\.path) == ["b"])
    #expect(started.status == 3)
    let space = try check("a", "b", "--ram", "256M", "--slots", "2", "--maxmem", "300M", "--label-size", "128K")
    #expect(
      space.text.contains("not enough space, currently 0x0 in use of total space for memory devices 0x2c00000"))
    let slots = try check("a", "b", "--slot", "1", "--slot", "1")
    #expect(slots.text.contains("slot 1 is busy"))
    #expect(try check("a", "--slots", "1").text.contains("slots specified but no max-size"))
  }

  @Test("label areas that QEMU would not find")
  func misplacedLabels() throws {
    try create("nv.img", "--size", "64M", "--label-size", "256K")
    func rules(_ arguments: String...) throws -> [String] {
      try CheckAnswer.one(["nv.img"] + arguments, in: folder.url).answer.rules
    }
    #expect(try rules() == [])
    #expect(try rules("--label-size", "256K") == [])
    #expect(try rules("--label-size", "none").contains("label-area-unused"))
    #expect(try rules("--label-size", "128K").contains("label-area-other-size"))
    #expect(try rules("--size", "64M", "--label-size", "256K").contains("label-area-behind-size"))
    try truncate("nv.img", to: 128 << 20)
    #expect(try rules().contains("label-area-elsewhere"))
    #expect(try rules("--size", "65792K") == ["backend-larger"])
  }

  @Test("what is wrong with the labels is found, each DIMM judged by its slot")
  func labels() throws {
    // Written by Linux 6.1 for the DIMM in slot 0: one namespace of 128 MiB.
    let start = try Corpus.data("labels/kernel/fsdax_dev_v12/label.bin")
    // The corpus omits the zeros at the end of an area.
    let area = start + Data(count: 128 << 10 - start.count)
    func errors(region: UInt64, _ arguments: String...) throws -> Set<String> {
      try CheckedFile.length(region).make(in: folder)
      let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img"))
      try file.seekToEnd()
      try file.write(contentsOf: area)
      try file.close()
      let findings = try CheckAnswer.one(["nv.img"] + arguments, in: folder.url).answer.findings
      return Set(findings.filter { $0.severity == "error" }.map(\.rule))
    }
    #expect(try errors(region: 128 << 20) == [])
    #expect(try errors(region: 128 << 20, "--slot", "0") == [])
    #expect(try errors(region: 128 << 20, "--slot", "1") == ["labels-other-slot"])
    #expect(try errors(region: 112 << 20) == ["label-beyond-region"])
  }

  @Test("a symbolic link to nothing keeps QEMU busy, unless an earlier backend makes what it leads to")
  func linkToWhatIsMade() throws {
    try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "new.img")
    func answer(_ objects: String...) throws -> String {
      let options = objects.enumerated().flatMap { index, path in
        ["-object", "memory-backend-file,id=m\(index),share=on,size=64M,mem-path=\(path)"]
      }
      return try ProgramRun(
        "vnvdimm-check",
        ["command", "--qemu-version", "7.2", "--", "qemu-system-x86_64", "-M", "q35,nvdimm=on"] + options,
        in: folder.url
      ).text
    }
    #expect(try answer("link").contains("QEMU 7.2 hangs"))
    #expect(try answer("new.img", "link").contains("QEMU 7.2 starts"))
    #expect(try answer("link", "new.img").contains("QEMU 7.2 hangs"))
    #expect(try answer("new.img", "new.img/x").contains("new.img/x for guest RAM: Not a directory"))
  }
}
