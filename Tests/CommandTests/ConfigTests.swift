import Foundation
import TestSupport
import Testing

/// `vnvdimm config PATH...`. The transcript config.txt has the output.
@Suite("vnvdimm config")
struct ConfigTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    // The slots are out of order, and one backend has no labels.
    for (path, slot) in [("a,b.img", 2), ("c.img", 0)] {
      try create(path, ["--slot", "\(slot)", "--namespace", "fsdax,name=data"])
    }
    try create("plain.img", ["--label-size", "none"])
  }

  private func create(_ path: String, _ options: [String]) throws {
    #expect(try ProgramRun("vnvdimm-create", ["-q", "--size", "64M"] + options + [path], in: folder.url).status == 0)
  }

  private func config(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun("vnvdimm", ["config"] + arguments, in: folder.url)
  }

  private static let paths = ["a,b.img", "c.img", "plain.img"]

  private struct Answer: Decodable {
    struct Configuration: Decodable {
      let qemu: [String]
      let emulate: [String]
      let libvirt: [String]?
    }
    struct Finding: Decodable {
      let rule: String
      let hint: String?
    }
    let status: Int32
    let configuration: Configuration?
    let domain: String?
    let findings: [Finding]
  }

  @Test("QEMU takes it, and gives each backend the slot of its labels") func underQEMU() throws {
    let command = try config("--only", "qemu", "a,b.img", "c.img", "plain.img")
    #expect(command.status == 0 && command.errors.isEmpty, "\(command.errors)")
    let monitor = """
      {"execute":"qmp_capabilities"}{"execute":"query-memory-devices"}{"execute":"quit"}

      """
    let qemu = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/sh"),
      ["-c", "exec timeout 60 \(command.text.dropLast()) -accel tcg -display none -S -qmp stdio"],
      input: Data(monitor.utf8), in: folder.url)
    #expect(qemu.status == 0, "\(qemu.errors)")
    for (id, slot) in [("nvdimm1", 2), ("nvdimm2", 0), ("nvdimm3", 1)] {
      let device = qemu.text.components(separatedBy: "{\"data\": ").first { $0.contains("\"id\": \"\(id)\"") }
      #expect(device?.contains("\"slot\": \(slot)") == true, "\(id): \(qemu.text)")
    }
  }

  @Test("check has nothing to say of the command, and of the domain") func underCheck() throws {
    let run = try ProgramRun("vnvdimm", ["config", "--json"] + Self.paths, in: folder.url)
    let answer = try JSONDecoder().decode(Answer.self, from: run.output)
    let configuration = try #require(answer.configuration)
    let command = try ProgramRun(
      "vnvdimm-check", ["command", "--quiet", "--", "qemu-system-x86_64"] + configuration.qemu, in: folder.url)
    let plain = try ProgramRun("vnvdimm-check", ["--quiet"] + Self.paths, in: folder.url)
    #expect(command.status == plain.status, "\(command.errors)")
    let domain = try #require(answer.domain)
    #expect(try config("--only", "domain", "a,b.img", "c.img", "plain.img").text == domain + "\n")
    let check = try ProgramRun("vnvdimm-check", ["domain", "-"], input: Data(domain.utf8), in: folder.url)
    #expect(check.text.contains("starts") && !check.text.contains("refuses"), "\(check.text)")
    // Three documents, each of which is part of the domain.
    let devices = try config("--only", "device", "a,b.img", "c.img", "plain.img").text
    #expect(devices.components(separatedBy: "<memory model=").count == 4)
    #expect(configuration.libvirt?.suffix(3).joined(separator: "\n") == String(devices.dropLast()))
    let dump = ["emulate", "-dump-acpi", "."] + configuration.emulate
    #expect(try ProgramRun("vnvdimm", dump, in: folder.url).status == 0)
  }

  @Test("another program: its lines, and its findings") func otherProgram() throws {
    let run = try config("--for", "cloud-hypervisor,discard_writes=on", "plain.img")
    #expect(run.text == "cloud-hypervisor --pmem file=\(folder.path("plain.img")),discard_writes=on\n")
    #expect(run.status == 3 && run.errors.contains("consumer-volatile"))
    let kata = try config("--for", "kata", "plain.img")
    #expect(kata.text.contains("image = \"\(folder.path("plain.img"))\"\n") && kata.text.hasPrefix("[hypervisor.qemu]"))
    let nova = try config("--json", "--for", "qemu-virtio-pmem", "plain.img")
    #expect(nova.text.contains("\"program\" : \"qemu-virtio-pmem\"") && nova.text.contains("virtio-pmem-pci"))
    // The label area would become the end of the disk.
    let labelled = try config("--for", "firecracker", "c.img")
    #expect(labelled.status == 2 && labelled.output.isEmpty && labelled.errors.contains("consumer-no-labels"))
    #expect(try config("--for", "firecracker", "c.img", "plain.img").status == 64)
    #expect(try config("--for", "firecracker", "--slot", "1", "plain.img").status == 64)
    #expect(try config("--for", "libvirt", "plain.img").text == config("plain.img").text)
  }

  @Test("a lone backend without labels takes any slot") func loneBackend() throws {
    #expect(!(try config("--only", "device", "plain.img").text.contains("slot=")))
    #expect(try config("--only", "device", "a,b.img").text.contains("<address type='dimm' slot='2'/>"))
  }

  @Test("two backends for one slot, and two with the same uuids: the hints end it") func twins() throws {
    try FileManager.default.copyItem(atPath: folder.path("c.img"), toPath: folder.path("clone.img"))
    var rules: [String] = []
    for _ in 0..<4 {
      let run = try config("--json", "c.img", "clone.img")
      let answer = try JSONDecoder().decode(Answer.self, from: run.output)
      guard answer.status == 2 else { break }
      #expect(run.status == 2 && answer.configuration == nil && answer.domain == nil)
      let finding = try #require(answer.findings.first { $0.hint != nil })
      rules.append(finding.rule)
      let hint = try ProgramRun(
        executable: URL(fileURLWithPath: "/bin/sh"),
        ["-c", "PATH=\(ProgramRun.products.path):$PATH; \(finding.hint ?? "")"], in: folder.url)
      #expect(hint.status == 0, "\(hint.errors)")
    }
    #expect(rules == ["labels-other-slot", "namespace-uuid-twice"])
    #expect(try config("c.img", "clone.img").status == 0)
  }

  @Test("what is no backend, and what is too much, is refused") func refusals() throws {
    #expect(try config("missing.img").status == 1)
    #expect(try config("/").status == 63)
    #expect(try config("--slot", "0", "--slot", "1", "c.img").status == 64)
    #expect(try config().status == 64)
    try create("odd.img", ["--label-size", "131073"])
    let odd = try config("--only", "domain", "odd.img")
    #expect(odd.status == 63 && odd.errors.contains("libvirt"), "\(odd.errors)")
    #expect(try config("odd.img").text.contains("not with this layout"))
  }
}
