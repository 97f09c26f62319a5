import Foundation
import TestSupport
import Testing

/// libvirt domains, and the hook that libvirt calls.
@Suite("vnvdimm-check: domains of libvirt")
struct DomainTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    let creation = ["--quiet", "--file-size", "258M", "--label-size", "2M", "nv.img"]
    try #require(ProgramRun("vnvdimm-create", creation, in: folder.url).status == 0)
  }

  /// Returns the recorded domain with its backend in the folder.
  private func domain(_ name: String = "label-2m") throws -> String {
    String(decoding: try Corpus.data("libvirt/\(name).xml"), as: UTF8.self)
      .replacing("/tmp/nv.img", with: folder.path("nv.img"))
      .replacing("<cpu>", with: "<features><acpi/></features><cpu>")
  }

  /// Checks against the libvirt release with which the domains were recorded.
  private func check(_ arguments: [String], _ input: String) throws -> ProgramRun {
    try ProgramRun(
      "vnvdimm-check", [arguments[0], "--libvirt-version", "9.0"] + arguments.dropFirst(), input: Data(input.utf8),
      in: folder.url)
  }

  private func answer(_ text: String, _ arguments: String...) throws -> DomainAnswer {
    try JSONDecoder().decode(DomainAnswer.self, from: check(["domain", "--json", "-"] + arguments, text).output)
  }

  @Test("a sound domain: its NVDIMM as libvirt gives it to QEMU") func sound() throws {
    let answer = try answer(domain())
    #expect(answer.libvirt.starts && answer.libvirt.message == nil)
    #expect(answer.status == 0)
    let qemu = try #require(answer.qemu?.answers.first)
    #expect(qemu.backend.mapped_size == 258 << 20)
    #expect(qemu.backend.label_area.size == 2 << 20)
    #expect(qemu.prediction.devices.first?.data.slot == 0)
    #expect(qemu.rules == ["libvirt-preallocation"])
    #expect(answer.qemu_arguments?.contains("size=1048576k,slots=16,maxmem=8388608k") == true)
    let file = folder.url.appendingPathComponent("guest.xml")
    try Data(domain().utf8).write(to: file)
    #expect(try check(["domain", "guest.xml"], "").text.contains("QEMU 11.1 starts"))
  }

  @Test("what the guest of a domain lists is what it lists without libvirt") func guestView() throws {
    let creation = ["--quiet", "--size", "256M", "--label-size", "2M", "--namespace", "fsdax,name=data", "ns.img"]
    try #require(ProgramRun("vnvdimm-create", creation, in: folder.url).status == 0)
    let text = try domain().replacing("nv.img", with: "ns.img")
    let run = try check(["domain", "--guest-view", "-"], text)
    let alone = try ProgramRun("vnvdimm-check", ["--guest-view", "--ram", "1G", "ns.img"], in: folder.url)
    #expect(run.status == 0 && !run.output.isEmpty && run.text == alone.text)
    #expect(run.errors.contains("note: libvirt-preallocation"))
    #expect(try check(["domain", "--guest-view", "--quiet", "-"], text).errors.isEmpty)
    let refused = try check(["domain", "--guest-view", "-"], domain("refused-no-nodes"))
    #expect(refused.status == 2 && refused.output.isEmpty && refused.errors.contains("libvirt refuses"))
  }

  @Test("a size that libvirt rounds up beyond the file") func rounded() throws {
    let text = try domain("rounded-up-by-label").replacing("access='shared'", with: "access='private'")
    let qemu = try #require(try answer(text).qemu)
    #expect(Set(qemu.answers[0].rules).isSuperset(of: ["backend-smaller", "libvirt-rounding"]))
    #expect(try answer(text).status == 2)
  }

  @Test("a domain without ACPI has no memory devices") func withoutACPI() throws {
    let answer = try answer(domain().replacing("<features><acpi/></features>", with: ""), "--qemu-version", "7.2")
    #expect((answer.libvirt.starts, answer.status) == (true, 2))
    #expect(answer.qemu?.findings.contains { $0.rule == "qemu-refuses" } == true)
    let text = try check(["domain", "-"], domain().replacing("<features><acpi/></features>", with: "")).text
    #expect(text.contains("memory hotplug is not enabled: missing acpi device or acpi disabled"), "\(text)")
  }

  @Test("what libvirt passes on to QEMU as it stands is checked, too") func passedOn() throws {
    let passed = try #require(try answer(domain("qemu-commandline")).qemu?.answers.first)
    #expect(passed.backend.id == "m1")
    #expect(passed.rules.contains("backend-smaller"))
    let shared = try answer(domain().replacing("access='shared'", with: ""))
    #expect(shared.qemu?.findings.contains { $0.rule == "writes-not-shared" } == true)
  }

  @Test("libvirt's own refusal, in its words") func refused() throws {
    let answer = try answer(domain("refused-no-nodes"))
    #expect(answer.status == 2)
    #expect(answer.libvirt.stage == "define")
    #expect(
      answer.libvirt.message
        == "unsupported configuration: At least one numa node has to be configured when enabling memory hotplug")
    let run = try check(["domain", "-"], domain("refused-no-nodes"))
    #expect(run.status == 2)
    #expect(run.text.hasPrefix("domain guest: libvirt refuses to define it: unsupported configuration: "))
    #expect(try check(["domain", "-"], domain("refused-not-a-number")).status == 2)
  }

  @Test("what is no domain, or has no NVDIMM") func unsupported() throws {
    #expect(try check(["domain", "-"], "<domain").status == 63)
    #expect(try check(["domain", "-"], "<!DOCTYPE domain><domain/>").status == 63)
    #expect(try check(["domain", "-"], "<domain><memory>1</memory></domain>").status == 63)
    #expect(try check(["domain", "missing.xml"], "").status == 1)
    #expect(try check(["domain"], "").status == 64)
  }

  @Test("the hook refuses a damaged backend on prepare and start, and says why") func hookRefuses() throws {
    let text = try domain()
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img"))
    try file.truncate(atOffset: 128 << 20)
    try file.close()
    for operation in ["prepare", "start"] {
      let run = try check(["hook", "guest", operation, "begin", "-"], text)
      #expect(run.status == 2)
      #expect(run.output.isEmpty)
      #expect(run.errors.contains("error: backend-smaller"))
    }
    for operation in ["started", "stopped", "release", "migrate", "restore", "reconnect", "attach"] {
      let run = try check(["hook", "guest", operation, "begin", "-"], text)
      #expect(run.status == 0, "\(operation)")
      #expect(run.output.isEmpty && run.errors.isEmpty)
    }
  }

  @Test("the hook works by whatever name it is called: as a link to the suite, and as a verb of a verb")
  func hookNames() throws {
    let text = try domain().replacing("nv.img", with: "missing.img").replacing("access='shared'", with: "")
    let words = ["--libvirt-version", "9.0", "--deny", "writes-not-shared", "guest", "prepare", "begin", "-"]
    let direct = try ProgramRun("vnvdimm-check", ["hook"] + words, input: Data(text.utf8), in: folder.url)
    #expect(direct.status == 2 && direct.errors.contains("error: writes-not-shared"), "\(direct.errors)")
    let link = folder.url.appendingPathComponent("vnvdimm-check")
    try FileManager.default.createSymbolicLink(
      at: link, withDestinationURL: ProgramRun.products.appendingPathComponent("vnvdimm"))
    for (program, verb) in [
      (link, ["hook"]), (ProgramRun.products.appendingPathComponent("vnvdimm"), ["check", "hook"]),
    ] {
      let run = try ProgramRun(executable: program, verb + words, input: Data(text.utf8), in: folder.url)
      #expect(run.status == 2)
      #expect(run.errors == direct.errors)
    }
  }

  @Test("the hook is silent where all is well, and about guests without NVDIMMs") func hookSilent() throws {
    for text in [
      try domain(), "<domain><name>x</name></domain>",
      "<domain><name>nvdimm</name><memory>1</memory></domain>",
    ] {
      let run = try check(["hook", "guest", "prepare", "begin", "-"], text)
      #expect(run.status == 0)
      #expect(run.output.isEmpty && run.errors.isEmpty)
    }
    let missing = try domain().replacing("nv.img", with: "missing.img")
    #expect(try check(["hook", "guest", "prepare", "begin", "-"], missing).status != 0)
    let rules = try #require(try answer(missing).qemu?.rules)
    #expect(rules.filter { $0.hasSuffix("missing") } == ["libvirt-missing"])
    #expect(try check(["hook", "guest"], "").status == 64)
  }

  @Test("the hook prints warnings, and blocks on what is denied") func hookWarnings() throws {
    // An empty file has nothing to lose either.
    try CheckedFile.length(258 << 20).make(in: folder, name: "blank.img")
    let text = try domain().replacing("nv.img", with: "blank.img").replacing("access='shared'", with: "")
      .replacing(/<label>.*?<\/label>/.dotMatchesNewlines(), with: "")
    let warned = try check(["hook", "guest", "prepare", "begin", "-"], text)
    #expect(warned.status == 0)
    #expect(warned.errors.contains("warning: writes-not-shared") && !warned.errors.contains("note:"))
    let denied = try check(["hook", "--deny", "writes-not-shared", "guest", "prepare", "begin", "-"], text)
    #expect(denied.status == 2 && denied.errors.contains("error: writes-not-shared"))
    let dashed = try check(["hook", "--", "-guest", "prepare", "begin", "-"], text)
    #expect(dashed.status == 0 && dashed.errors.hasPrefix("vnvdimm-check: -guest: "))
  }

  @Test("the hook passes with a note what is not known, and what only an older libvirt refuses") func hookUnknown()
    throws
  {
    let sound = try domain()
    let withoutNodes = sound.replacing(/<cpu>.*?<\/cpu>/.dotMatchesNewlines(), with: "")
      .replacing(/<node>.*?<\/node>/, with: "")
    #expect(try check(["domain", "-"], withoutNodes).text.contains("libvirt refuses to define it"))
    let cases: [(domain: String, note: String)] = [
      (withoutNodes, ""),
      (sound.replacing(/machine='.*?'/, with: "machine='pc-q35-99.0'"), "vnvdimm does not know the machine"),
      (
        sound.replacing(/machine='.*?'/, with: "machine='microvm'"),
        "'microvm-machine.nvdimm' not found; the QEMU of this host may not"
      ),
      (sound.replacing(/machine='.*?'/, with: "machine='xenfv'"), "note: what QEMU 11.1 does is not known"),
      (sound.replacing(/arch='.*?'/, with: "arch='riscv64'"), "riscv64 is not described"),
      (sound.replacing("<devices>", with: "<devices><"), "not a libvirt domain"),
      (sound.replacing("unit=", with: "unit='x' other="), "unknown suffix 'x'"),
      (
        sound.replacing("</devices>", with: "<memory model='cxl'><target><size>1</size></target></memory></devices>"),
        "'cxl'"
      ),
    ]
    for (domain, note) in cases {
      let run = try check(["hook", "guest", "start", "begin", "-"], domain)
      #expect(run.status == 0 && run.output.isEmpty, "\(note): \(run.errors)")
      #expect(
        note.isEmpty ? run.errors.isEmpty : run.errors.contains(note),
        "\(run.errors)")
    }
  }

  @Test("what a libvirt later than any described may know is not known, and not refused") func later() throws {
    let text = try domain().replacing(
      "</devices>", with: "<memory model='cxl'><target><size>1</size></target></memory></devices>")
    let run = try ProgramRun(
      "vnvdimm-check", ["domain", "--libvirt-version", "14.0", "-"], input: Data(text.utf8), in: folder.url)
    #expect(run.status == 0, "\(run.text)")
    #expect(run.text.contains("vnvdimm does not know a part of the domain (XML error: "), "\(run.text)")
    #expect(try check(["domain", "-"], text).text.contains("libvirt refuses to define it: "))
  }

  @Test("the hook looks at a virtio-pmem, too") func hookVirtio() throws {
    let text = try domain().replacing("model='nvdimm'", with: "model='virtio-pmem'")
      .replacing(/<node>.*?<\/node>/, with: "").replacing(/<label>.*?<\/label>/.dotMatchesNewlines(), with: "")
    #expect(try check(["hook", "guest", "prepare", "begin", "-"], text).errors.contains("error: label-area-unused"))
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img"))
    try file.truncate(atOffset: 0)
    try file.truncate(atOffset: 258 << 20)
    let hook = try check(["hook", "guest", "prepare", "begin", "-"], text)
    #expect(hook.status == 0, "\(hook.errors)")
    try file.truncate(atOffset: 128 << 20)
    try file.close()
    #expect(try check(["hook", "guest", "prepare", "begin", "-"], text).errors.contains("error: backend-smaller"))
  }

  @Test("the hook lets the guest start where the check takes too long") func hookDeadline() throws {
    // A domain that never ends.
    let line =
      "mkfifo fifo; sleep 30 >fifo & \(ProgramRun.products.path)/vnvdimm-check hook --timeout 1 guest prepare begin - <fifo"
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/sh"), ["-c", "\(line); echo $?; kill $!"], in: folder.url)
    #expect(run.text == "0\n" && run.errors.contains("note: not checked within 1 s"), "\(run.errors)")
  }

  @Test("several domains in one call; none stops the others, and a fleet has them beside backends") func several()
    throws
  {
    try Data(domain().utf8).write(to: folder.url.appendingPathComponent("a.xml"))
    // The XML as libvirt stores it.
    let kept = "<?xml version='1.0'?>\n<!-- WARNING: generated <domain> -->\n" + (try domain("refused-no-nodes"))
    try Data(kept.utf8).write(to: folder.url.appendingPathComponent("b.xml"))
    let run = try check(["domain", "--json", "a.xml", "missing.xml", "b.xml", "a.xml"], "")
    #expect(run.status == 2)
    let lines = run.text.split(separator: "\n")
    #expect(lines.count == 4 && run.errors.contains("missing.xml: cannot read"))
    #expect(
      try lines.filter { $0.contains("\"path\":\"a.xml\"") }.map {
        try JSONDecoder().decode(DomainAnswer.self, from: Data($0.utf8)).status
      } == [0, 0])
    let fleet = try check(["fleet", "nv.img", "a.xml", "b.xml"], "")
    #expect(fleet.status == 2)
    #expect(fleet.text.contains("\na.xml: domain guest: QEMU 11.1 starts\n"), "\(fleet.text)")
    #expect(fleet.text.contains("\nb.xml: domain guest: libvirt refuses to define it: "))
    #expect(fleet.text.hasSuffix("3 paths: 2 consistent, 1 damaged or refused\n"))
    let json = try check(["fleet", "--json", "a.xml", "nv.img"], "").text.split(separator: "\n")
    #expect(
      json.count == 2 && json[0].contains("\"domain\":\"guest\"") && json[1].contains("\"kind\":\"regular file\""))
  }
}
