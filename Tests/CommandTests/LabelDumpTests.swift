import Foundation
import TestSupport
import Testing

@Suite("vnvdimm-label-dump")
struct LabelDumpTests {
  static let program = "vnvdimm-label-dump"

  static func backend(_ name: String, in folder: TemporaryDirectory, tail: UInt64 = 0) throws -> String {
    let recorded = try LabelCase(name)
    let path = folder.path("nvdimm")
    try recorded.makeBackend(of: recorded.dimms[0], at: path, tail: tail)
    return path
  }

  @Test("the text shows both index blocks and the labels in use, within 80 columns")
  func text() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.backend("kernel/five_ns_mixed", in: folder)
    let run = try ProgramRun(Self.program, [path])
    #expect(run.status == 0)
    let lines = run.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.dropFirst().allSatisfy { $0.count <= 80 })
    #expect(lines[0] == "label area  128 KiB at 0x10000000 of \(path)")
    #expect(lines[1] == "region      268435456 bytes (256 MiB)")
    #expect(lines[2] == "DIMM slot   0, by the labels' cookies")
    #expect(lines[4] == "index  at     version  seq  slots  used  state")
    #expect(lines[5] == "0      0x0    1.2      1    510    5     current")
    #expect(lines[6] == "1      0x100  1.2      3    510    5     previous")
    #expect(lines[8] == "slot  uuid                                  dpa        size    mode")
    #expect(lines[9].hasPrefix("1     93f2caf1-"))
    #expect(lines[9].hasSuffix("  0x0        16 MiB  raw"))
    #expect(lines[10] == "      name n-raw")
    #expect(lines.count { $0.contains("UPDATING") } == 0)
  }

  @Test("--all adds what is left in free slots")
  func all() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.backend("kernel/raw_v12", in: folder)
    #expect(!(try ProgramRun(Self.program, [path]).text.contains("free: left from before")))
    let run = try ProgramRun(Self.program, ["--all", path])
    #expect(run.text.contains("free: left from before, UPDATING"))
  }

  /// The most serious finding decides.
  @Test(
    "--verify says what is wrong, and its status says how bad",
    arguments: [
      ("kernel/raw_v12", 0, "nothing wrong found", "Linux 7.3, cold: 1 namespace"),
      (
        "kernel/cold_l_overlap", 2, "error: label-overlap: slot 2:",
        "the DIMM is refused because of slot 2 (label-overlap): one raw namespace over"
      ),
      ("judged/v11_l_nlabel2", 2, "error: label-set-size: slot 1:", "slot 1: refused (label-set-size)"),
      ("judged/v12_l_cookie_all", 2, "error: label-cookie: slot 1:", "slot 1: hidden (label-cookie)"),
      ("judged/replay_torn_06_64", 3, "warning: index-checksum: index block 1:", "an empty region"),
      ("judged/v12_l_f_updating", 3, "warning: label-updating: slot 1:", "slot 1: shown"),
    ])
  func verify(name: String, status: Int, finding: String, verdict: String) throws {
    let folder = try TemporaryDirectory()
    let run = try ProgramRun(Self.program, ["--verify", try Self.backend(name, in: folder)])
    #expect(Int(run.status) == status)
    #expect(run.text.contains(finding))
    #expect(run.text.contains(verdict))
    #expect(run.errors.isEmpty)
  }

  @Test("labels that the guest does not look at are the first error, with their namespaces and the way out")
  func elsewhere() throws {
    let folder = try TemporaryDirectory()
    let made = try ProgramRun(
      "vnvdimm-create",
      [
        "--quiet", "--size", "64M", "--namespace",
        "raw,size=32M,name=db,uuid=7d1e26a9-1b1c-4e0b-b1f0-3ac0e1b36a11", "nv.img",
      ], in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
    func verify(_ options: [String] = []) throws -> ProgramRun {
      try ProgramRun(Self.program, ["--verify"] + options + ["nv.img"], in: folder.url)
    }
    let well = try verify()
    #expect(well.status == 0)
    #expect(well.text.contains("\nmapped size 66 MiB, the file size; DIMM slot 0, by the labels' cookies\nLinux 7.3"))
    try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img")).truncate(atOffset: 130 << 20)
    #expect(try verify(["--size", "66M"]).status == 3)
    for (options, expected, hint) in [
      ([], "0x8200000", "vnvdimm-migrate-labels relocate nv.img 66M"),
      (["--size", "98M"], "0x6200000", "vnvdimm-check --size 66M --label-size 2M nv.img"),
      (["--size", "50M"], "0x3200000", "vnvdimm-check --size 66M --label-size 2M nv.img"),
    ] {
      let run = try verify(options)
      #expect(run.status == 2)
      let findings = run.text.split(separator: "\n").filter { $0.hasPrefix("error: ") || $0.hasPrefix("  hint: ") }
      #expect(
        findings.prefix(2) == [
          "error: label-area-elsewhere: a label area of 2 MiB at 0x4000000 was made for another size=: the guest does "
            + "not see \"db\" (32 MiB) (stored 0x4200000, expected \(expected)) at 0x4000000", "  hint: \(hint)",
        ])
      #expect(run.text.contains("no labels: one raw namespace over the whole region\n  slot 0: hidden ("))
    }
    // Follows the suggested remedy to its end.
    let hint = try #require(try verify().text.firstMatch(of: /hint: vnvdimm-migrate-labels (.*)/))
    let words = hint.1.split(separator: " ").map(String.init)
    #expect(try ProgramRun("vnvdimm-migrate-labels", words, in: folder.url).status == 0)
    #expect(try verify().status == 0)
  }

  @Test("--verify says what vnvdimm-check says of the backend, in the same words", arguments: Self.broken)
  func oneJudge(name: String, damage: String, options: [String]) throws {
    let folder = try TemporaryDirectory()
    func shell(_ line: String) throws -> ProgramRun {
      let line = ["-c", "PATH=\(ProgramRun.products.path):$PATH\nexport VNVDIMM_QEMU_VERSION=11.1\n\(line)"]
      return try ProgramRun(executable: URL(fileURLWithPath: "/bin/bash"), line, in: folder.url)
    }
    let made = try shell(
      "vnvdimm-create --quiet --size 64M --label-size 128K --namespace fsdax,name=db,size=32M "
        + "--namespace sector,name=log nv.img && \(damage)")
    #expect(made.status == 0, "\(made.errors)")
    let options = options.joined(separator: " ")
    let check = try shell("vnvdimm-check \(options) nv.img")
    let dump = try shell("vnvdimm-label-dump --verify \(options) nv.img")
    // Whatever is about the host is for vnvdimm-check alone.
    func findings(_ run: ProgramRun) -> Set<String> {
      let lines = (run.text + run.errors).split(separator: "\n").map { String($0.drop { $0 == " " }) }
      let found = lines.filter { $0.contains(#/^(error|warning|note): (?!host-|backend-in-use|backend-use-unknown)/#) }
      return Set(found.map { line in line.replacing(#/ at 0x[0-9a-f]+$/#, with: "") })
    }
    let (told, said) = (findings(check), findings(dump))
    #expect(!told.isEmpty)
    #expect(said == told)
    #expect(dump.status == 2 || told.allSatisfy { !$0.hasPrefix("error: ") }, "\(name)")
  }

  static let broken: [(String, String, [String])] = [
    ("other size", "true", ["--label-size", "2M"]), ("other slot", "true", ["--slot", "3"]),
    ("longer", "truncate -s 96M nv.img", []), ("behind size", "true", ["--size", "48M"]),
    ("tail", "truncate -s 96M nv.img", ["--size", "65664K"]),
    ("info block gone", "dd if=/dev/zero of=nv.img bs=4096 seek=1 count=1 conv=notrunc status=none", []),
    ("info block damaged", "printf x | dd of=nv.img bs=1 seek=4200 conv=notrunc status=none", []),
    ("wiped", "dd if=/dev/zero of=nv.img bs=64K seek=1024 count=2 conv=notrunc status=none", []),
    (
      "wiped, told", "dd if=/dev/zero of=nv.img bs=64K seek=1024 count=2 conv=notrunc status=none",
      ["--label-size", "128K"]
    ), ("indexes gone", "dd if=/dev/zero of=nv.img bs=512 seek=131072 count=1 conv=notrunc status=none", []),
    ("a label damaged", "printf x | dd of=nv.img bs=1 seek=67109393 conv=notrunc status=none", []),
  ]

  @Test("labels of another slot: the hint offers the slot, and the command that moves the labels")
  func otherSlot() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.backend("kernel/raw_v12", in: folder)
    let run = try ProgramRun(Self.program, ["--verify", "--slot", "1", path])
    #expect(run.status == 2)
    let command = "vnvdimm-migrate-labels move \(path) 1"
    #expect(run.text.contains("  hint: \(command)\n"))
    #expect(try ProgramRun("vnvdimm-migrate-labels", ["move", path, "1"]).status == 0)
    #expect(try ProgramRun(Self.program, ["--verify", "--slot", "1", path]).status == 0)
    // A label area without a backend cannot be moved.
    let raw = folder.path("labels")
    try ProgramRun(Self.program, ["--raw", path]).output.write(to: URL(fileURLWithPath: raw))
    let verified = try ProgramRun(Self.program, ["--verify", "--slot", "0", raw])
    #expect(verified.text.contains("  hint: vnvdimm-label-dump --verify \(raw) --slot 1\n"))
  }

  @Test("a raw label file is taken for what it is")
  func rawFile() throws {
    let folder = try TemporaryDirectory()
    let recorded = try LabelCase("kernel/ls_1m_v11")
    let path = folder.path("labels")
    try Data(recorded.area(of: recorded.dimms[0])).write(to: URL(fileURLWithPath: path))
    let run = try ProgramRun(Self.program, ["--verify", path])
    #expect(run.status == 0)
    #expect(run.text.hasPrefix("label area  1 MiB at 0x0"))
    #expect(run.text.contains("2 namespaces"))
  }

  @Test("an area that is not at the end of the file is found, and --size says where the device ends")
  func longerFile() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.backend("kernel/raw_v11", in: folder, tail: 1 << 40)
    for options in [[], ["--size", "\(134_217_728 + 131_072)", "--label-size", "128K"]] {
      let run = try ProgramRun(Self.program, options + [path])
      #expect(run.status == 0)
      #expect(run.text.hasPrefix("label area  128 KiB at 0x8000000"))
    }
  }

  @Test("--slot says where the DIMM is plugged in, and labels of another slot are told")
  func slot() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.backend("kernel/raw_v12", in: folder)
    let run = try ProgramRun(Self.program, ["--verify", "--slot", "2", path])
    #expect(run.status == 2)
    #expect(
      run.text.contains("error: labels-other-slot: the labels were made for the DIMM in slot 0: in slot 2 the guest "))
    #expect(run.text.contains("(stored slot 0, expected slot 2)"))
    #expect(try ProgramRun(Self.program, ["--slot", "256", path]).status == 64)
    #expect(try ProgramRun(Self.program, ["--slot", "-1", path]).status == 64)
  }

  @Test("names that a guest chose cannot command the terminal")
  func hostileName() throws {
    let folder = try TemporaryDirectory()
    let recorded = try LabelCase("kernel/raw_v11")
    var area = try recorded.area(of: recorded.dimms[0])
    // The name of the label in slot 1, behind two index blocks of 256 bytes and one label of 128.
    area.replaceSubrange(512 + 128 + 16..<512 + 128 + 20, with: [0x1b, 0x5b, 0x32, 0x4a])
    let path = folder.path("labels")
    try Data(area).write(to: URL(fileURLWithPath: path))
    let run = try ProgramRun(Self.program, [path])
    #expect(run.text.contains("name \\u{1b}[2J"))
    #expect(!run.output.contains(0x1b))
  }
}
