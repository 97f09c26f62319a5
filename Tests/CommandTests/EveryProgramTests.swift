import Foundation
import TestSupport
import Testing

@Suite("Every program")
struct EveryProgramTests {
  static let programs = [
    "vnvdimm", "vnvdimm-create", "vnvdimm-check", "vnvdimm-label-dump", "vnvdimm-migrate-labels",
    "vnvdimm-resize-guard",
  ]

  @Test("an unknown option is usage, said in one message on standard error", arguments: programs)
  func unknownOption(program: String) throws {
    let run = try ProgramRun(program, ["--no-such-option"])
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("\(program): "))
    #expect(run.errors.contains("hint: \(program) --help"))
  }

  static let slips: [(program: String, arguments: [String], errors: String)] = [
    ("vnvdimm", ["chek", "nv.img", "--size", "1G"], "vnvdimm: chek: no such verb\nhint: vnvdimm check\n"),
    ("vnvdimm", ["labeldump", "-x"], "vnvdimm: labeldump: no such verb\nhint: vnvdimm label-dump\n"),
    ("vnvdimm", ["", "nv.img"], "vnvdimm: '': no such verb\nhint: vnvdimm --help\n"),
    (
      "vnvdimm-resize-guard", ["pln", "+16M", "nv.img"],
      "vnvdimm-resize-guard: pln: no such verb\nhint: vnvdimm-resize-guard plan\n"
    ),
    (
      "vnvdimm", ["grow", "nv.img", "+16M"],
      "vnvdimm: grow: no such verb\nhint: vnvdimm-resize-guard apply nv.img +16M\n"
    ),
    (
      "vnvdimm-migrate-labels", ["shrink", "nv.img", "32M"],
      "vnvdimm-migrate-labels: shrink: no such verb\nhint: vnvdimm-resize-guard apply nv.img 32M\n"
    ),
    (
      "vnvdimm-resize-guard", ["repair", "nv.img"],
      "vnvdimm-resize-guard: repair: no such verb\nhint: vnvdimm-migrate-labels repair nv.img\n"
    ),
    (
      "vnvdimm-create", ["--szie", "64M", "nv.img"],
      "vnvdimm-create: Unknown option '--szie'. Did you mean '--size'?\nhint: vnvdimm-create --help\n"
    ),
    (
      "vnvdimm-check", ["--qemu-vesion", "7.2", "nv.img"],
      "vnvdimm-check: Unknown option '--qemu-vesion'. Did you mean '--qemu-version'?\nhint: vnvdimm-check --help\n"
    ),
    (
      "vnvdimm-label-dump", ["--verfy", "--slot", "999", "nv.img"],
      "vnvdimm-label-dump: Unknown option '--verfy'. Did you mean '--verify'?\nhint: vnvdimm-label-dump --help\n"
    ),
    (
      // A path in which the parser takes every letter for an option, one of them for help.
      "vnvdimm-check", ["--slot", "1", "-dash.img"],
      "vnvdimm-check: Unknown option '-dash.img'\nhint: vnvdimm-check ./-dash.img\n"
    ),
  ]

  @Test("a slip of the finger is answered with what was meant", arguments: slips)
  func slip(program: String, arguments: [String], errors: String) throws {
    let run = try ProgramRun(program, arguments)
    #expect(run.status == 64)
    #expect(run.errors == errors)
    let json = try ProgramRun(program, arguments + ["--json"])
    #expect(json.status == 64)
    #expect(try JSONSerialization.jsonObject(with: json.output) is [String: Any])
  }

  @Test(
    "the command for a verb of another program is one that there is",
    arguments: [
      "new", "test", "domain", "fleet", "hook", "info", "grow", "plan", "run", "seal", "verify", "fix", "upgrade",
      "add",
      "convert", "copy", "init", "join", "move", "relocate", "renew-uuids", "repair", "restore", "split", "start",
      "diff",
      "ls",
    ])
  func verbElsewhere(verb: String) throws {
    let hint = try #require(ProgramRun("vnvdimm", [verb, "--help"]).errors.split(separator: "\n").last)
    let words = hint.split(separator: " ").map(String.init)
    #expect(words.first == "hint:" && words.count >= 3 && words.last == "--help")
    #expect(try ProgramRun(words[1], Array(words.dropFirst(2))).status == 0, "\(hint)")
  }

  @Test("vnvdimm help is its help, and vnvdimm help VERB that of the verb") func help() throws {
    #expect(try ProgramRun("vnvdimm", ["help"]).text == ProgramRun("vnvdimm", ["--help"]).text)
    #expect(try ProgramRun("vnvdimm", ["help", "check"]).text == ProgramRun("vnvdimm-check", ["--help"]).text)
    #expect(try ProgramRun("vnvdimm", ["help", "chek"]).errors == "vnvdimm: chek: no such verb\nhint: vnvdimm check\n")
  }

  @Test("the version is that of the suite, on standard output", arguments: programs)
  func version(program: String) throws {
    let run = try ProgramRun(program, ["--version"])
    #expect(run.status == 0)
    #expect(run.text == "0.2.0\n")
    #expect(run.errors.isEmpty)
  }
}
