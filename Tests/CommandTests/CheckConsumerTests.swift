import Foundation
import TestSupport
import Testing

/// `vnvdimm-check --for PROGRAM`. The transcript consumers.txt has the output.
@Suite("vnvdimm-check: other programs")
struct CheckConsumerTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    for (name, size) in [("three.img", 3), ("144.img", 144)] {
      try Data().write(to: folder.url.appendingPathComponent(name))
      try FileHandle(forWritingTo: folder.url.appendingPathComponent(name)).truncate(atOffset: UInt64(size) << 20)
    }
  }

  private struct Answer: Decodable {
    struct Finding: Decodable {
      let rule: String
      let hint: String?
    }
    let program: String
    let findings: [Finding]
  }

  private func check(_ choice: String, _ path: String) throws -> Answer {
    let run = try ProgramRun("vnvdimm-check", ["--json", "--for", choice, path], in: folder.url)
    return try JSONDecoder().decode(Answer.self, from: run.output)
  }

  @Test(
    "after the hint the finding is gone",
    arguments: [
      ("cloud-hypervisor", "three.img", "consumer-refuses"), ("firecracker", "three.img", "consumer-padding-lost"),
      ("crosvm", "three.img", "consumer-padding-lost"), ("stratovirt", "three.img", "consumer-refuses"),
      ("openvmm", "three.img", "consumer-behind-end"), ("qemu-virtio-pmem", "three.img", "guest-region-misaligned"),
      ("kata", "144.img", "consumer-hotplug-misaligned"), ("kata-rs", "144.img", "consumer-hotplug-misaligned"),
      ("cloud-hypervisor", "nv.img", "consumer-no-labels"),
    ]) func hints(choice: String, path: String, rule: String) throws
  {
    #expect(try ProgramRun("vnvdimm-create", ["-q", "--size", "16M", "nv.img"], in: folder.url).status == 0)
    let found = try #require(check(choice, path).findings.first { $0.rule == rule })
    let hint = try #require(found.hint)
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/sh"), ["-c", "PATH=\(ProgramRun.products.path):$PATH; \(hint)"],
      in: folder.url)
    #expect([0, 3].contains(run.status), "\(hint)\n\(run.errors)")
    #expect(!(try check(choice, path).findings.contains { $0.rule == rule }), "\(hint)")
  }

  @Test("the options of a hint that is a check give another answer")
  func hintsOfOptions() throws {
    for choice in ["cloud-hypervisor,size=2M", "cloud-hypervisor,discard_writes=on", "stratovirt,share=off"] {
      let path = "four.img"
      let made = try ProgramRun(
        "vnvdimm-create", ["-q", "--overwrite", "--size", "4M", "--label-size", "none", path], in: folder.url)
      #expect(made.status == 0)
      let found = try #require(check(choice, path).findings.first { $0.hint != nil })
      let words = try #require(found.hint).split(separator: " ").map(String.init)
      let run = try ProgramRun(words[0], ["--json"] + words.dropFirst(), in: folder.url)
      let after = try JSONDecoder().decode(Answer.self, from: run.output)
      #expect(!after.findings.contains { $0.rule == found.rule }, "\(words)")
    }
  }

  @Test("--for qemu is what is asked in any case") func usual() throws {
    #expect(try ProgramRun("vnvdimm-create", ["-q", "--size", "16M", "nv.img"], in: folder.url).status == 0)
    // As text, because text omits the host's current free space.
    let plain = try ProgramRun("vnvdimm-check", ["nv.img"], in: folder.url)
    #expect(try ProgramRun("vnvdimm-check", ["--for", "qemu", "nv.img"], in: folder.url).text == plain.text)
  }
}
