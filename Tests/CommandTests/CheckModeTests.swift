import Foundation
import TestSupport
import Testing

/// The ways to call vnvdimm-check: which arguments go together, and that the path that bypasses the parser gives the
/// same result.
@Suite("vnvdimm-check: ways to call it")
struct CheckModeTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    for name in ["a.img", "b.img"] {
      let creation = ["--quiet", "--size", "64M", "--label-size", "128K", name]
      try #require(ProgramRun("vnvdimm-create", creation, in: folder.url).status == 0)
    }
  }

  private func check(_ arguments: [String]) throws -> ProgramRun {
    try ProgramRun("vnvdimm-check", arguments, in: folder.url)
  }

  @Test(
    "without the parser the answer is the same",
    arguments: [
      [], ["--json"], ["--quiet"], ["-q", "--json"], ["--guest-view"], ["fleet"], ["fleet", "--json"], ["fleet", "-q"],
      ["--size", "64M"], ["--label-size", "none", "--qemu-version", "7.2"], ["--slot", "1"], ["fleet", "--slot", "-1"],
      ["--slot", "x"], ["--size"], ["--slot", "0", "--slot", "1", "--slot", "2"],
    ])
  func plain(words: [String]) throws {
    for paths in [["a.img"], ["a.img", "b.img"], ["missing.img"], [".", "a.img"]] {
      let plain = try check(words + paths)
      // The short path does not know this option, whose value here is the default.
      let parsed = try check(words + paths + ["--arch", "x86_64"])
      #expect((plain.status, plain.errors) == (parsed.status, parsed.errors), "\(paths)")
      #expect(Self.lasting(plain.text) == Self.lasting(parsed.text), "\(paths)")
    }
  }

  /// Returns `text` without what other processes change meanwhile: the free space of the disk.
  private static func lasting(_ text: String) -> String {
    text.replacing(#/"available" ?: ?\d+/#, with: "\"available\"")
  }

  @Test("what does not go together is usage", arguments: wrong) func usage(row: (arguments: [String], says: String))
    throws
  {
    let run = try check(row.arguments)
    #expect(run.status == 64, "\(row.arguments)")
    #expect(run.output.isEmpty)
    #expect(run.errors.contains(row.says), "\(row.arguments): \(run.errors)")
  }

  static let wrong: [(arguments: [String], says: String)] = [
    ([], "Missing expected argument"), (["fleet"], "Missing expected argument"),
    (["domain"], "Missing expected argument"), (["command"], "the command line is missing"),
    (["command", "--size", "1G", "--", "qemu-system-x86_64"], "Unknown option '--size'"),
    (["command", "--file", "x", "--", "qemu-system-x86_64"], "not both"),
    (["--hotplug", "device_del x", "a.img"], "Unknown option '--hotplug'"),
    (["domain", "-", "--slot", "1"], "Unknown option '--slot'"), (["hook", "guest"], "arguments of libvirt's hook"),
    (["hook", "--guest-view", "guest", "start"], "Unknown option"),
    (["--null", "a.img"], "Unknown option '--null'"), (["fleet", "--guest-view", "a.img"], "Unknown option"),
    (["domain", "--guest-view", "a.xml", "b.xml"], "one guest"),
    (["--guest-view", "--arch", "ppc64", "a.img"], "only guests on x86_64"),
    (["--slot", "0", "--slot", "1", "a.img"], "--slot"), (["fleet", "--slot", "0", "--slot", "1", "a.img"], "--slot"),
    (["--label-size", "none", "--label-size", "2M", "a.img"], "--label-size"),
    ([String](repeating: "a.img", count: 257), "the verb 'fleet'"),
  ]

  /// Calls spelled as before the verbs existed, and with verbs in the wrong place, each with the call that is
  /// suggested.
  static let former: [(arguments: [String], call: [String])] = [
    (["--each", "a.img", "b.img"], ["fleet", "a.img", "b.img"]),
    (["--json", "--paths-from", "list"], ["fleet", "--json", "--paths-from", "list"]),
    (
      ["--qemu-version", "7.2", "--qemu-command", "--", "qemu-kvm"],
      ["command", "--qemu-version", "7.2", "--", "qemu-kvm"]
    ),
    (["--qemu-command-file=words"], ["command", "--file=words"]),
    (["--libvirt-xml", "guest.xml", "--json"], ["domain", "guest.xml", "--json"]),
    (["--libvirt-xml=guest.xml"], ["domain", "guest.xml"]),
    (["--libvirt-hook", "guest", "stopped", "end", "-"], ["hook", "guest", "stopped", "end", "-"]),
    (["--json", "fleet", "a.img"], ["fleet", "--json", "a.img"]),
    (["qemu-system-x86_64", "-m", "1G"], ["command", "--", "qemu-system-x86_64", "-m", "1G"]),
    (["command", "--json", "qemu-kvm", "-S"], ["command", "--json", "--", "qemu-kvm", "-S"]),
  ]

  @Test("what is spelled as it was is answered with the call of today, which does it", arguments: former)
  func formerSpelling(row: (arguments: [String], call: [String])) throws {
    try Data("qemu-system-x86_64 -m 1G".utf8).write(to: folder.url.appendingPathComponent("words"))
    try Data("a.img\n".utf8).write(to: folder.url.appendingPathComponent("list"))
    let run = try check(row.arguments)
    #expect(run.status == 64)
    let hint = run.errors.split(separator: "\n").last
    #expect(hint == "hint: vnvdimm-check \(row.call.joined(separator: " "))")
    // No hint leads to another hint about how to call the program.
    #expect(try check(row.call).status != 64)
  }

  @Test("a file that is called as a verb is") func fileNamedAsVerb() throws {
    try FileManager.default.copyItem(atPath: folder.path("a.img"), toPath: folder.path("command"))
    #expect(try check(["./command"]).status == 0)
    #expect(try check(["a.img", "command"]).status == 64)
    // A verb's name after a verb is a path.
    #expect(try check(["fleet", "command"]).status == 0)
  }

  @Test("a rule that is allowed is a note, and one that is denied an error, in every verb") func permits() throws {
    try CheckedFile.length(65 << 20).make(in: folder, name: "odd.img")
    let command =
      "-machine q35,nvdimm=on -m 1G,slots=1,maxmem=2G -object memory-backend-file,id=m,mem-path=odd.img,size=65M "
      + "-device nvdimm,memdev=m"
    let words = ["--", "qemu-system-x86_64"] + command.split(separator: " ").map(String.init)
    let calls: [(verb: [String], rest: [String], rules: [String])] = [
      ([], ["--size", "64M", "odd.img"], ["backend-larger"]), (["fleet"], ["odd.img", "b.img"], ["guest-alignment"]),
      (["command"], words, ["writes-not-shared", "guest-alignment"]),
    ]
    for (verb, rest, rules) in calls {
      func status(_ option: String) throws -> Int32 { try check(verb + rules.flatMap { [option, $0] } + rest).status }
      #expect(try check(verb + rest).status == 3, "\(verb)")
      #expect(try status("--allow") == 0, "\(verb)")
      #expect(try status("--deny") == 2, "\(verb)")
      #expect(try check(verb + ["--allow", rules[0]] + rest).text.contains("note: \(rules[0])"))
    }
    let unused = ["--label-size", "none", "--allow", "guest-alignment", "a.img"]
    #expect(try check(unused).status == 2)
    #expect(try check(["--allow", "label-area-unused"] + unused).status == 0)
    // Every rule that is explained can be named.
    let list = try ProgramRun("vnvdimm", ["explain"], in: folder.url).text
    let described = list.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(described.count > 100)
    #expect(try check(described.flatMap { ["--allow", $0] } + ["a.img"]).status == 0)
    // A start that QEMU refuses is still refused.
    let refused = try check(["--size", "128M", "--allow", "backend-smaller", "a.img"])
    #expect(refused.status == 2 && refused.text.contains("note: backend-smaller"))
    for verb in [[], ["fleet"], ["command"], ["domain"], ["hook"]] {
      let run = try check(verb + ["--deny", "lable-cookie", "a.img"])
      #expect(run.status == 64 && run.errors.contains("no such rule. Did you mean 'label-cookie'?"), "\(run.errors)")
    }
  }
}
