import Foundation
import PersistentMemory
import TestSupport
import Testing

/// Label areas that are damaged, truncated, ambiguous or too large must never be reported as sound.
@Suite("vnvdimm-check on label areas in trouble")
struct CheckLabelAreaTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func check(_ arguments: String..., path: String = "nv.img") throws -> (answer: CheckAnswer, run: ProgramRun) {
    try CheckAnswer.one(arguments + [path], in: folder.url)
  }

  /// Makes `nv.img`: a region of 64 MiB and a label area of `labelSize`.
  private func create(_ labelSize: String = "128K", _ arguments: String...) throws {
    let options = ["--size", "64M", "--label-size", labelSize] + arguments
    let run = try ProgramRun("vnvdimm-create", options + ["nv.img"], in: folder.url)
    try #require(run.status == 0, "\(run.errors)")
  }

  private func write(_ bytes: Data, at offset: UInt64) throws {
    let file = try FileHandle(forUpdating: folder.url.appendingPathComponent("nv.img"))
    try file.seek(toOffset: offset)
    try file.write(contentsOf: bytes)
    try file.close()
  }

  private func truncate(to length: UInt64) throws {
    let file = try FileHandle(forUpdating: folder.url.appendingPathComponent("nv.img"))
    try file.truncate(atOffset: length)
    try file.close()
  }

  @Test("damaged: both index blocks have a wrong checksum")
  func damaged() throws {
    try create()
    for block in 0..<2 { try write(Data([0xff]), at: 64 << 20 + UInt64(block) * 256 + 64) }
    let (answer, run) = try check()
    #expect(run.status == 2)
    #expect(answer.backend.label_area.size == 128 << 10)
    #expect(answer.rules == ["index-checksum", "index-checksum"])
    #expect(answer.findings.allSatisfy { $0.severity == "error" })
  }

  @Test(
    "what a repair does away with has the command for it, which does away with it",
    arguments: ["v12_l_dup", "v12_both_sig", "v12_l_nlabel2", "v11_l_overlap", "v12_cur_sig", "v12_zero_slot0"],
    [UInt64(0), 4096])
  func repair(name: String, tail: UInt64) throws {
    let recorded = try LabelCase("judged/\(name)")
    let dimm = recorded.dimms[0]
    try recorded.makeBackend(of: dimm, at: folder.path("nv.img"), tail: tail)
    let options = ["--slot", "0", "--label-size", "128K", "--size", "\(dimm.dataSize + 128 << 10)", "nv.img"]
    func check() throws -> CheckAnswer { try CheckAnswer.one(options, in: folder.url).answer }
    let commands = try check().findings.compactMap(\.hint).filter { $0.hasPrefix("vnvdimm-migrate-labels repair") }
    #expect(commands.count == 1)
    func shell(_ command: String) throws -> ProgramRun {
      let line = ["-c", "PATH=\(ProgramRun.products.path):$PATH\n\(command) >/dev/null"]
      return try ProgramRun(executable: URL(fileURLWithPath: "/bin/bash"), line, in: folder.url)
    }
    var run = try shell(commands.first ?? "false")
    if let command = commands.first, command.contains(" --plan") {
      // A fault that needs a decision has a command of its own.
      let hint = run.errors.split(separator: "\n").last { $0.hasPrefix("hint: ") }.map { String($0.dropFirst(6)) }
      #expect(run.status == (hint == nil ? 0 : 2))
      run = try shell((hint ?? command).replacing(" --plan", with: ""))
    }
    #expect(run.status == 0, "\(run.errors)")
    let after = try check().findings.filter { $0.severity == "error" || $0.rule.hasPrefix("index-checksum") }
    #expect(after.isEmpty, "\(after)")
  }

  @Test(
    "both index blocks lost: the cause comes first, names what the guest does not see, and can be cured",
    arguments: ["128K", "2M"], ["1.1", "1.2"])
  func indexLost(size: String, version: String) throws {
    try create(size, "--labels", version, "--namespace", "fsdax,name=db,size=32M", "--namespace", "raw,name=log")
    func view() throws -> String { try ProgramRun("vnvdimm-check", ["--guest-view", "nv.img"], in: folder.url).text }
    let before = try view()
    try write(Data(count: size == "128K" ? 512 : version == "1.1" ? 4608 : 2560), at: 64 << 20)
    let (answer, run) = try check()
    #expect(run.status == 2)
    let finding = try #require(answer.findings.first)
    #expect(finding.rule == "label-index-lost" && finding.message.hasSuffix(#""db" (32 MiB), "log" (32 MiB)"#))
    #expect(finding.hint == "vnvdimm-migrate-labels repair nv.img --plan")
    #expect(answer.rules == ["label-index-lost", "index-signature", "index-signature"])
    for program in [["vnvdimm", "config"], ["vnvdimm-label-dump", "--verify"], ["vnvdimm-resize-guard", "plan"]] {
      let arguments = Array(program.dropFirst()) + ["nv.img"] + (program[1] == "plan" ? ["256M"] : [])
      let door = try ProgramRun(program[0], arguments, in: folder.url)
      #expect(door.status == 2)
      #expect((door.text + door.errors).contains("hint: vnvdimm-migrate-labels repair nv.img --plan\n"), "\(program)")
    }
    #expect(try ProgramRun("vnvdimm-migrate-labels", ["init", "nv.img"], in: folder.url).status == 2)
    let repair = try ProgramRun("vnvdimm-migrate-labels", ["repair", "nv.img"], in: folder.url)
    #expect(repair.status == 0, "\(repair.errors)")
    #expect(try view() == before)
  }

  @Test("both index blocks lost in a file that became longer: the labels tell the place")
  func indexLostElsewhere() throws {
    try create("128K", "--namespace", "fsdax,name=db")
    try write(Data(repeating: 0, count: 512), at: 64 << 20)
    try truncate(to: 128 << 20)
    let (answer, run) = try check()
    #expect(run.status == 2)
    #expect(answer.rules == ["label-area-elsewhere"])
    #expect(answer.findings[0].message.hasSuffix(#"the guest does not see "db" (64 MiB)"#))
    let hint = "vnvdimm-migrate-labels repair nv.img --plan --size 65664K --label-size 128K"
    #expect(answer.findings[0].hint == hint)
    #expect(
      try ProgramRun(
        "vnvdimm-migrate-labels", Array(hint.split(separator: " ").dropFirst().map(String.init)), in: folder.url
      )
      .status == 0)
  }

  @Test("of a length that is no multiple of a page, the size is the one that the labels end at, or whole pages")
  func oddLength() throws {
    try create("2M", "--namespace", "raw")
    try truncate(to: 66 << 20 + 1000)
    for options in [[], ["--label-size", "2M"]] {
      let (answer, run) = try CheckAnswer.one(options + ["nv.img"], in: folder.url)
      #expect(run.status == 2)
      let words = ["vnvdimm-check", "--size", "66M"] + options + ["nv.img"]
      #expect(answer.findings.first?.hint == words.joined(separator: " "))
      #expect(try CheckAnswer.one(Array(words.dropFirst()), in: folder.url).answer.rules == ["backend-larger"])
    }
    try CheckedFile.length(66 << 20 + 1000).make(in: folder, name: "plain")
    #expect(
      try check("--label-size", "2M", path: "plain").answer.findings.first?.hint
        == "vnvdimm-check --size 66M --label-size 2M plain")
  }

  @Test("an info block that is gone is an error once there is something that the guest does not see without it")
  func blockMissing() throws {
    try create("2M", "--namespace", "fsdax,name=db,size=32M", "--namespace", "sector,name=log,size=32M")
    let start = try #require(UInt64(exactly: 32 << 20))
    let block = try Data(contentsOf: folder.url.appendingPathComponent("nv.img"))[4096..<8192]
    let data = block[(block.startIndex + 56)...].prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    try write(Data(count: 8192), at: 0)
    try write(Data(count: 8192), at: start)
    func missing() throws -> [CheckAnswer.Finding] {
      try check().answer.findings.filter { $0.rule == "info-block-missing" }
    }
    #expect(try missing().map(\.severity) == ["error", "warning"])
    #expect(
      try missing()[0].message.hasSuffix(
        "the guest does not see the sectors of its table, whose second info block at 0x3fff000 is whole"))
    // The fields of the ext4 superblock that the reader uses: s_log_block_size, s_blocks_count_lo and s_magic.
    var superblock = Data(count: 1024)
    for (offset, byte) in [(4, 0x40), (24, 2), (0x38, 0x53), (0x39, 0xef), (0x60, 0x40)] {
      superblock[offset] = UInt8(byte)
    }
    try write(superblock, at: data + 1024)
    #expect(try missing().map(\.severity) == ["error", "error"])
    #expect(
      try missing().contains { $0.message.hasSuffix("the guest does not see ext4 at \(String(format: "0x%lx", data))") }
    )
  }

  @Test("cut off: the file was made shorter", arguments: [65536, 4096])
  func cutOff(left: UInt64) throws {
    try create()
    try truncate(to: 64 << 20 + left)
    let (answer, run) = try check()
    #expect(run.status == 2)
    let finding = try #require(answer.findings.first { $0.rule == "label-area-cut-off" })
    #expect(finding.severity == "error")
    #expect(finding.hint == "truncate -s 67239936 nv.img")
    // The configuration still has the old size, so the file has to change, not the size.
    let configured = try check("--size", "67239936").answer
    #expect(configured.rules == ["label-area-cut-off", "backend-smaller"])
    #expect(configured.findings.map(\.hint) == [String?](repeating: "truncate -s 67239936 nv.img", count: 2))
    #expect(try check("--label-size", "none").answer.findings.map(\.severity).contains("error") == false)
    try truncate(to: 67_239_936)
    #expect(try check().run.status == 0)
  }

  @Test("ambiguous: two areas end with the backend, and a label size decides")
  func ambiguous() throws {
    try create("2M")
    let small = try LabelCase("kernel/init_v12")
    try write(Data(small.area(of: small.dimms[0])), at: 66 << 20 - 128 << 10)
    let (answer, run) = try check()
    #expect(run.status == 2)
    #expect(answer.rules == ["label-area-ambiguous"])
    #expect(answer.findings.first?.hint == "vnvdimm-check --label-size 128K nv.img")
    #expect(try check("--label-size", "2M").answer.rules == [])
    #expect(try check("--label-size", "1M").answer.rules.contains("label-area-other-size"))
  }

  @Test("what is smaller than any area of QEMU's is not taken for one")
  func tiny() throws {
    let area = try LabelArea.initialised(.v1_2, size: 1024)
    try create("128K")
    // In the last slots of the area, where a guest may write anything.
    try write(Data(area), at: 64 << 20 + 127 << 10)
    let labelled = try check()
    #expect(labelled.run.status == 0)
    #expect(labelled.answer.backend.label_area.size == 128 << 10)
    try CheckedFile.length(64 << 20).make(in: folder)
    try write(Data(area), at: 64 << 20 - 1024)
    #expect(try check().answer.rules == [])
  }

  @Test("too large to be read: nothing verified is not status 0")
  func tooLarge() throws {
    try CheckedFile.length(1 << 30).make(in: folder)
    let (answer, run) = try check("--label-size", "512M")
    #expect(run.status == 63)
    #expect(answer.status == 63)
    let message = "a label area of 512 MiB is more than this program reads (expected at most 256 MiB)"
    #expect(answer.backend.error == message)
    #expect(run.errors == "vnvdimm-check: nv.img: \(message)\n")
    // It does not hide a more serious fault.
    try write(Data("kept".utf8), at: 0)
    #expect(try check("--label-size", "512M", "--size", "512M", "--qemu-version", "2.7").run.status == 2)
  }

  @Test("a backend that is too short keeps its labels where they are, whatever the hint is followed")
  func shortWithLabels() throws {
    try create("2M")
    let (answer, run) = try check("--size", "256M")
    #expect(run.status == 2)
    #expect(answer.findings.map(\.hint) == ["vnvdimm-check --size 66M nv.img"])
    // The file is longer than the size that fits the labels: that size is the one to use.
    try truncate(to: 80 << 20)
    #expect(try check("--size", "256M").answer.findings.first?.hint == "vnvdimm-check --size 66M nv.img")
    // Without labels, nothing moves.
    try CheckedFile.length(62 << 20).make(in: folder, name: "plain")
    #expect(try check("--size", "64M", path: "plain").answer.findings.first?.hint == "truncate -s 67108864 plain")
  }

  @Test("labels for another slot: an error where the slot is said, and otherwise the DIMM takes their slot")
  func slot() throws {
    try create("2M", "--slot", "3", "--namespace", "raw")
    for words in [[], ["--slot", "-1"]] {
      let (answer, run) = try CheckAnswer.one(words + ["nv.img"], in: folder.url)
      #expect(run.status == 0)
      #expect(answer.rules == ["labels-for-slot"])
      #expect(answer.findings.first?.hint == "vnvdimm-check --slot 3 nv.img")
      #expect(answer.backend.label_area.dimm_slot == 3)
      #expect(answer.prediction.devices.map(\.data.slot) == [3])
    }
    #expect(try check("--slot", "3").answer.rules == [])
    let (other, run) = try check("--slot", "0")
    #expect(run.status == 2)
    #expect(other.rules == ["labels-other-slot"])
    #expect(other.findings.first?.hint == "vnvdimm-migrate-labels move nv.img 0")
    let refused = try check("--slot", "-2").answer
    #expect((refused.rules, refused.machineFindings.map(\.rule)) == ([], ["machine-slot"]))
    // With several DIMMs, too, each takes the slot of its labels unless another DIMM has that slot.
    try CheckedFile.length(64 << 20).make(in: folder, name: "plain")
    func rules(_ arguments: String...) throws -> [[String]] {
      try CheckAnswer.all(of: ProgramRun("vnvdimm-check", ["--json"] + arguments, in: folder.url)).map(\.rules)
    }
    #expect(try rules("plain", "nv.img") == [[], ["labels-for-slot"]])
    #expect(try rules("--slot", "3", "plain", "nv.img") == [[], ["labels-other-slot"]])
    // If the size is given as well, the start is what has to be corrected.
    try truncate(to: 80 << 20)
    let longer = try check("--size", "66M", "--slot", "0").answer.findings.first { $0.rule == "labels-other-slot" }
    #expect(longer?.hint == "vnvdimm-check --size 66M --slot 3 nv.img")
    #expect(try check("--size", "66M", "--slot", "3").answer.rules == ["backend-larger"])
  }

  @Test("the same file twice, by whatever path")
  func usedTwice() throws {
    try create("none")
    try CheckedFile.link(to: "nv.img").make(in: folder, name: "link")
    try FileManager.default.linkItem(atPath: folder.path("nv.img"), toPath: folder.path("hard"))
    try CheckedFile.length(64 << 20).make(in: folder, name: "other")
    let paths = ["nv.img", "other", "link", "hard", "./nv.img"]
    let run = try ProgramRun("vnvdimm-check", ["--json"] + paths, in: folder.url)
    let document = try #require(CheckAnswer.documents(of: run).first)
    let end = ": QEMU 11.1 accepts that, and each overwrites the other's data"
    #expect(document.rules == [String](repeating: "backend-used-twice", count: 3))
    #expect(
      document.findings.map(\.message) == [
        "link is the same file as nv.img\(end)", "hard is the same file as link\(end)",
        "./nv.img is the same file as hard\(end)",
      ])
    #expect(run.status == 2)
    let twice = try ProgramRun("vnvdimm-check", ["nv.img", "nv.img"], in: folder.url)
    #expect(twice.text.contains("error: backend-used-twice: nv.img is the file of two backends\(end)"))
    // Each release is checked with a machine of its own.
    let releases = ["--qemu-version", "7.2", "--qemu-version", "8.2"]
    #expect(try ProgramRun("vnvdimm-check", releases + ["nv.img", "other"], in: folder.url).status == 0)
  }

  @Test(
    "a hint is a command that can be typed: the path is real, and quoted",
    arguments: ["a b", "it's", "new\nline", "-x", "\u{1b}[2J", "C1\u{9b}2J'\\"])
  func hints(name: String) throws {
    try CheckedFile.length(65 << 20).make(in: folder, name: name)
    let hint = try #require(try check("--", path: name).answer.findings.compactMap(\.hint).first)
    #expect(!hint.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
    let shell = ["-c", "PATH=\(ProgramRun.products.path):$PATH\n\(hint) >/dev/null"]
    let run = try ProgramRun(executable: URL(fileURLWithPath: "/bin/bash"), shell, in: folder.url)
    #expect(run.status == 0, "\(hint)\n\(run.errors)")
    #expect(try check("--", path: name).run.status == 0)
  }
}
