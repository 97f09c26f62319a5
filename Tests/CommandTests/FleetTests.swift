import Foundation
import TestSupport
import Testing

/// Many backends in one call.
@Suite("vnvdimm-check: fleets")
struct FleetTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func check(_ arguments: [String], input: String = "") throws -> ProgramRun {
    try ProgramRun("vnvdimm-check", arguments, input: Data(input.utf8), in: folder.url)
  }

  /// Makes a sound backend, one shorter than its labels say, a missing one, and a folder.
  private func makeFleet() throws {
    for name in ["a", "b"] {
      try #require(
        ProgramRun("vnvdimm-create", ["--quiet", "--size", "64M", "--label-size", "128K", name], in: folder.url).status
          == 0)
    }
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("b"))
    try file.truncate(atOffset: (64 << 20) + 4096)
    try file.close()
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("d"), withIntermediateDirectories: true)
  }

  @Test("one line each, findings below, and what it comes to; none stops the others")
  func text() throws {
    try makeFleet()
    let run = try check(["fleet", "a", "missing", "b", "d", "a"])
    #expect(run.status == 2)
    let lines = run.text.split(separator: "\n").filter { !$0.hasPrefix(" ") }
    #expect(lines.count == 6)
    let area = "label area 128 KiB at 0x4000000 (version 1.2, 0 of 510 label slots used, found)"
    #expect(lines.first == "a: QEMU 11.1 starts, file size 65664 KiB, \(area), guest size 64 MiB")
    #expect(lines.map { $0.prefix { $0 != ":" } } == ["a", "missing", "b", "d", "a", "5 paths"])
    #expect(lines.last == "5 paths: 2 consistent, 1 not a backend, 1 not examined, 1 damaged or refused")
    #expect(run.errors.contains("vnvdimm-check: missing: no such file\n"))
    #expect(try check(["fleet", "--quiet", "a", "a"]).output.isEmpty)
  }

  @Test("JSON Lines come in the order of the paths, each as for the path alone")
  func json() throws {
    try makeFleet()
    let names = (0..<3000).map { ["a", "b", "missing", "d"][$0 % 4] }
    let run = try check(["fleet", "--json", "--paths-from", "-"], input: names.joined(separator: "\n"))
    let answers = try CheckAnswer.all(of: run)
    #expect(answers.map(\.path) == names)
    for (index, name) in names.prefix(4).enumerated() {
      let alone = try CheckAnswer.one([name], in: folder.url)
      #expect(answers[index].rules == alone.answer.rules)
      #expect(answers[index].status == alone.answer.status)
      #expect(answers[index].prediction.devices == alone.answer.prediction.devices)
    }
    #expect(run.status == 2)
  }

  @Test("a list ends its paths with newlines or, if asked, with NUL; arguments come first")
  func lists() throws {
    try makeFleet()
    try Data("\n\na\n".utf8).write(to: folder.url.appendingPathComponent("list"))
    func paths(_ arguments: [String], input: String = "") throws -> [String] {
      try CheckAnswer.all(of: try check(["fleet", "--json"] + arguments, input: input)).map(\.path)
    }
    #expect(try paths(["b", "--paths-from", "list"]) == ["b", "a"])
    #expect(try paths(["--paths-from", "-", "-0"], input: "a\0x\ny\0") == ["a", "x\ny"])
    #expect(try paths(["--paths-from", "-", "--null"], input: "a\0b") == ["a", "b"])
    let bad = try check(
      ["fleet", "--json", "--paths-from", "-"], input: "a\n\(String(repeating: "x", count: 9000))\na\n")
    #expect(bad.status == 1)
    #expect(bad.text.split(separator: "\n").count == 3)
    #expect(
      bad.errors
        == "vnvdimm-check: standard input: entry 2: not a path (stored more than 4095 bytes, expected at most 4095)\n")
    #expect(try check(["fleet", "--paths-from", "-"]).status == 1)
    #expect(try check(["fleet", "--paths-from", "nowhere"]).status == 1)
    for usage in [
      ["--null", "a"], ["fleet", "--guest-view", "a"], ["fleet", "--slot", "0", "--slot", "1", "a", "b"],
    ] {
      #expect(try check(usage).status == 64)
    }
    let many = try check([String](repeating: "a", count: 257))
    #expect(many.status == 64)
    #expect(many.errors.contains("the verb 'fleet'"))
  }

  @Test("no list of paths traps, and every entry is answered") func fuzz() throws {
    try makeFleet()
    var generator = SeededGenerator(fuzzing: "lists of paths")
    let pieces: [[UInt8]] = [
      Array("a".utf8), Array("b".utf8), Array("d".utf8), [0x0a], [0], [0xff], Array("../a".utf8), Array("é".utf8),
      [0x0d],
      [UInt8](repeating: 0x78, count: 5000), Array("/".utf8), [0x1b, 0x5b], Array("-".utf8), [0xe2, 0x80],
    ]
    for _ in 0..<SeededGenerator.count(default: 20, optimized: 60, atMost: 20_000) {
      let list = (0..<Int.random(in: 0...30, using: &generator)).flatMap { _ in
        pieces.randomElement(using: &generator) ?? []
      }
      let separator: UInt8 = Bool.random(using: &generator) ? 0 : 0x0a
      let entries = list.split(separator: separator).count
      let run = try ProgramRun(
        "vnvdimm-check", ["fleet", "--json", "--paths-from", "-"] + (separator == 0 ? ["--null"] : []),
        input: Data(list),
        in: folder.url)
      #expect([0, 1, 2, 3, 63].contains(run.status), "\(list)")
      if entries > 0 { #expect(run.output.split(separator: 0x0a).count == entries, "\(list)") }
      if entries == 0 { #expect(run.status == 1, "\(list)") }
    }
  }

  @Test("metrics can be read by a node exporter, whatever the umask") func readable() throws {
    try makeFleet()
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/sh"),
      ["-c", "umask 077; \(ProgramRun.products.path)/vnvdimm-check fleet --prometheus v.prom a"], in: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    let mode = try FileManager.default.attributesOfItem(atPath: folder.path("v.prom"))[.posixPermissions] as? Int
    #expect(mode == 0o644)
  }

  @Test("a domain without a memory device is no reason to complain") func plainDomain() throws {
    try makeFleet()
    let xml = "<domain type='kvm'><name>web</name><os><type arch='x86_64'>hvm</type></os></domain>"
    try Data(xml.utf8).write(to: folder.url.appendingPathComponent("web.xml"))
    let run = try check(["fleet", "a", "web.xml"])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.text.contains("web.xml: domain web: no memory device\n"))
    let json = try check(["fleet", "--json", "web.xml"])
    #expect(json.status == 0 && json.text.contains("\"domain\":\"web\""))
  }

  @Test("the units of systemd run what the program takes") func units() throws {
    let units = Corpus.folder.appendingPathComponent("../../Sources/Packaging/systemd")
    let service = try String(contentsOf: units.appendingPathComponent("vnvdimm-check.service"), encoding: .utf8)
    let line = try #require(service.split(separator: "\n").first { $0.hasPrefix("ExecStart=") }).dropFirst(10)
    try makeFleet()
    let script = line.replacing("/usr/bin/vnvdimm-check", with: "\(ProgramRun.products.path)/vnvdimm-check")
      .replacing("${VNVDIMM_PATHS}", with: "a").replacing("${VNVDIMM_METRICS}", with: "v.prom")
    let run = try ProgramRun(executable: URL(fileURLWithPath: "/bin/sh"), ["-c", String(script)], in: folder.url)
    #expect(run.status == 0, "\(script)\n\(run.errors)")
    #expect(FileManager.default.fileExists(atPath: folder.path("v.prom")))
    let timer = try String(contentsOf: units.appendingPathComponent("vnvdimm-check.timer"), encoding: .utf8)
    #expect(timer.contains("OnCalendar=") && timer.contains("WantedBy=timers.target"))
  }

  @Test("metrics: every series once, replaced at once") func prometheus() throws {
    try makeFleet()
    let odd = "o\"d\\d\nname"
    try FileManager.default.copyItem(atPath: folder.path("a"), toPath: folder.path(odd))
    let file = folder.url.appendingPathComponent("v.prom")
    #expect(try check(["fleet", "--prometheus", "v.prom", "a"]).status == 0)
    let list = ["a", "b", "missing", "d", "a", odd].joined(separator: "\0")
    let run = try check(
      [
        "fleet", "--prometheus", "v.prom", "--paths-from", "-", "-0", "--qemu-version", "7.2", "--qemu-version", "10.2",
      ],
      input: list)
    #expect(run.status == 2)
    let metrics = try Data(contentsOf: file)
    let tool = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/promtool"), ["check", "metrics"], input: metrics)
    #expect(tool.status == 0)
    #expect(tool.text.isEmpty && tool.errors.isEmpty)
    let lines = Set(String(decoding: metrics, as: UTF8.self).split(separator: "\n").map(String.init))
    for line in [
      "vnvdimm_backend_status{path=\"a\",qemu_version=\"7.2\"} 0",
      "vnvdimm_backend_status{path=\"b\",qemu_version=\"10.2\"} 2",
      "vnvdimm_backend_file_bytes{path=\"o\\\"d\\\\d\\nname\",qemu_version=\"7.2\"} 67239936",
      "vnvdimm_backend_mapped_bytes{path=\"a\",qemu_version=\"7.2\"} 67239936",
      "vnvdimm_backend_label_bytes{path=\"a\",qemu_version=\"7.2\"} 131072",
      "vnvdimm_backend_region_bytes{path=\"a\",qemu_version=\"7.2\"} 67108864",
      "vnvdimm_backend_label_slots_free{path=\"a\",qemu_version=\"7.2\"} 510",
      "vnvdimm_backend_label_sequence{path=\"a\",qemu_version=\"7.2\"} 3",
      "vnvdimm_backend_findings{path=\"missing\",qemu_version=\"7.2\",rule=\"backend-missing\",severity=\"error\"} 1",
      "vnvdimm_check_backends 10",
    ] { #expect(lines.contains(line), "\(line)") }
    #expect(try check(["fleet", "--prometheus", "nowhere/v.prom", "a"]).status == 1)
  }
}
