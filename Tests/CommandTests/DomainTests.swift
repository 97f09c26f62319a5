import Foundation
import TestSupport
import Testing

/// Domains of libvirt, and the hook that libvirt calls.
@Suite("vnvdimm-check: domains of libvirt")
struct DomainTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    let creation = ["--quiet", "--file-size", "258M", "--label-size", "2M", "nv.img"]
    try #require(ProgramRun("vnvdimm-create", creation, in: folder.url).status == 0)
  }

  /// The recorded domain, with its backend in the folder.
  private func domain(_ name: String = "label-2m") throws -> String {
    String(decoding: try Corpus.data("libvirt/\(name).xml"), as: UTF8.self)
      .replacing("/tmp/nv.img", with: folder.path("nv.img"))
      .replacing("<cpu>", with: "<features><acpi/></features><cpu>")
  }

  private func check(_ arguments: [String], _ input: String) throws -> ProgramRun {
    try ProgramRun("vnvdimm-check", arguments, input: Data(input.utf8), in: folder.url)
  }

  private struct Answer: Decodable {
    struct Libvirt: Decodable {
      let starts: Bool
      let stage: String?
      let message: String?
    }

    struct QEMU: Decodable {
      struct Backend: Decodable {
        let id: String
        let report: CheckAnswer
      }

      struct Finding: Decodable {
        let rule: String
      }

      let backends: [Backend]
      let findings: [Finding]
    }

    let libvirt: Libvirt
    let qemu: QEMU?
    let qemu_arguments: [String]?
    let status: Int32
  }

  private func answer(_ text: String, _ arguments: String...) throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: check(["--json", "--libvirt-xml", "-"] + arguments, text).output)
  }

  @Test("a sound domain: its NVDIMM as libvirt gives it to QEMU") func sound() throws {
    let answer = try answer(domain())
    #expect(answer.libvirt.starts && answer.libvirt.message == nil)
    #expect(answer.status == 0)
    let backend = try #require(answer.qemu?.backends.first?.report)
    #expect(backend.geometry?.size == 258 << 20)
    #expect(backend.geometry?.label_size == 2 << 20)
    #expect(backend.prediction.devices.first?.data.slot == 0)
    #expect(backend.rules == ["libvirt-preallocation"])
    #expect(answer.qemu_arguments?.contains("size=1048576k,slots=16,maxmem=8388608k") == true)
    let file = folder.url.appendingPathComponent("guest.xml")
    try Data(domain().utf8).write(to: file)
    #expect(try check(["--libvirt-xml", "guest.xml"], "").text.contains("QEMU 10.2 starts"))
  }

  @Test("what the guest of a domain lists is what it lists without libvirt") func guestView() throws {
    let creation = ["--quiet", "--size", "256M", "--label-size", "2M", "--namespace", "fsdax,name=data", "ns.img"]
    try #require(ProgramRun("vnvdimm-create", creation, in: folder.url).status == 0)
    let text = try domain().replacing("nv.img", with: "ns.img")
    let run = try check(["--guest-view", "--libvirt-xml", "-"], text)
    let alone = try ProgramRun("vnvdimm-check", ["--guest-view", "--ram", "1G", "ns.img"], in: folder.url)
    #expect(run.status == 0 && !run.output.isEmpty && run.text == alone.text)
    #expect(run.errors.contains("note: libvirt-preallocation"))
    #expect(try check(["--guest-view", "--quiet", "--libvirt-xml", "-"], text).errors.isEmpty)
    let refused = try check(["--guest-view", "--libvirt-xml", "-"], domain("refused-no-nodes"))
    #expect(refused.status == 2 && refused.output.isEmpty && refused.errors.contains("libvirt refuses"))
  }

  @Test("a size that libvirt rounds up beyond the file") func rounded() throws {
    let text = try domain("rounded-up-by-label").replacing("access='shared'", with: "access='private'")
    let qemu = try #require(try answer(text).qemu)
    #expect(Set(qemu.backends[0].report.rules).isSuperset(of: ["backend-smaller", "libvirt-rounding"]))
    #expect(try answer(text).status == 2)
  }

  @Test("a domain without ACPI has no memory devices") func withoutACPI() throws {
    let answer = try answer(domain().replacing("<features><acpi/></features>", with: ""), "--qemu-version", "7.2")
    #expect((answer.libvirt.starts, answer.status) == (true, 2))
    #expect(answer.qemu?.findings.contains { $0.rule == "qemu-refuses" } == true)
    let text = try check(["--libvirt-xml", "-"], domain().replacing("<features><acpi/></features>", with: "")).text
    #expect(text.contains("memory hotplug is not enabled: missing acpi device or acpi disabled"), "\(text)")
  }

  @Test("what libvirt passes on to QEMU as it stands is checked, too") func passedOn() throws {
    let backend = try #require(try answer(domain("qemu-commandline")).qemu?.backends.first)
    #expect(backend.id == "m1")
    #expect(backend.report.rules.contains("backend-smaller"))
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
    let run = try check(["--libvirt-xml", "-"], domain("refused-no-nodes"))
    #expect(run.status == 2)
    #expect(run.text.hasPrefix("domain guest: libvirt refuses to define it: unsupported configuration: "))
    #expect(try check(["--libvirt-xml", "-"], domain("refused-not-a-number")).status == 2)
  }

  @Test("what is no domain, or has no NVDIMM") func unsupported() throws {
    #expect(try check(["--libvirt-xml", "-"], "<domain").status == 63)
    #expect(try check(["--libvirt-xml", "-"], "<!DOCTYPE domain><domain/>").status == 63)
    #expect(try check(["--libvirt-xml", "-"], "<domain><memory>1</memory></domain>").status == 63)
    #expect(try check(["--libvirt-xml", "missing.xml"], "").status == 1)
    #expect(try check(["--libvirt-xml", "-", "nv.img"], "").status == 64)
  }

  @Test("the hook refuses a damaged backend on prepare and start, and says why") func hookRefuses() throws {
    let text = try domain()
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img"))
    try file.truncate(atOffset: 128 << 20)
    try file.close()
    for operation in ["prepare", "start"] {
      let run = try check(["--libvirt-hook", "guest", operation, "begin", "-"], text)
      #expect(run.status == 2)
      #expect(run.output.isEmpty)
      #expect(run.errors.contains("error: backend-smaller"))
    }
    for operation in ["started", "stopped", "release", "migrate", "restore", "reconnect", "attach"] {
      let run = try check(["--libvirt-hook", "guest", operation, "begin", "-"], text)
      #expect(run.status == 0, "\(operation)")
      #expect(run.output.isEmpty && run.errors.isEmpty)
    }
  }

  @Test("the hook is silent where all is well, and about guests without NVDIMMs") func hookSilent() throws {
    for text in [
      try domain(), "<domain><name>x</name></domain>",
      "<domain><name>nvdimm</name><memory>1</memory></domain>",
    ] {
      let run = try check(["--libvirt-hook", "guest", "prepare", "begin", "-"], text)
      #expect(run.status == 0)
      #expect(run.output.isEmpty && run.errors.isEmpty)
    }
    let missing = try domain().replacing("nv.img", with: "missing.img")
    #expect(try check(["--libvirt-hook", "guest", "prepare", "begin", "-"], missing).status != 0)
    let report = try #require(try answer(missing).qemu?.backends.first?.report)
    #expect(report.rules.filter { $0.hasSuffix("missing") } == ["libvirt-missing"])
    #expect(try check(["--libvirt-hook", "guest"], "").status == 64)
  }
}
