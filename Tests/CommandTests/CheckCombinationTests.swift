import Foundation
import TestSupport
import Testing

/// Findings of `vnvdimm-check` about combinations of options on a whole command line.
@Suite("vnvdimm-check on combinations of QEMU's options")
struct CheckCombinationTests {
  struct Row: Sendable, CustomTestStringConvertible {
    /// The options after `memory-backend-file,id=m,mem-path=nv.img,size=64M`.
    var object = ",share=on"
    var device = ""
    /// The path of a second backend that no device uses.
    var second: String?
    var release = "7.2"
    /// The rules that must be found, apart from those about the guest's alignment.
    let rules: Set<String>
    let status: Int32

    var testDescription: String { "\(release): \(object) \(device) \(second ?? "")" }
  }

  static let rows: [Row] = [
    Row(rules: [], status: 0), Row(object: "", rules: ["writes-not-shared"], status: 3),
    Row(object: ",pmem=on", rules: ["writes-not-shared", "pmem-not-shared"], status: 3),
    Row(object: ",share=on,discard-data=on", rules: ["data-discarded"], status: 2),
    Row(device: ",unarmed=on", rules: ["unarmed-writable"], status: 0),
    Row(object: ",share=on,readonly=on", rules: ["qemu-refuses"], status: 2),
    Row(object: ",share=on,readonly=on", device: ",unarmed=on", rules: [], status: 0),
    Row(
      object: ",share=on,readonly=on", device: ",unarmed=on,label-size=2M",
      rules: ["labels-read-only"], status: 2),
    Row(
      object: ",share=on,readonly=on", device: ",unarmed=on,label-size=2M", release: "8.2",
      rules: ["labels-read-only"], status: 3),
    Row(object: ",share=on,readonly=on,prealloc=on", rules: ["preallocated-read-only"], status: 2),
    Row(device: ",label-size=2M", rules: [], status: 3),
    Row(second: "nv.img", rules: ["backend-used-twice", "backend-unused"], status: 2),
    Row(device: ",slot=9", rules: ["machine-slot"], status: 2),
    Row(device: ",addr=0x1000", rules: ["machine-memory"], status: 2),
    Row(device: ",label-size=64M", rules: ["region-no-room"], status: 2),
  ]

  @Test("each has its rule, and its exit status", arguments: rows) func rule(row: Row) throws {
    let folder = try TemporaryDirectory()
    try CheckedFile.length(64 << 20).make(in: folder)
    var arguments = [
      "qemu-system-x86_64", "-machine", "q35,nvdimm=on", "-m", "256M,slots=2,maxmem=4G", "-object",
      "memory-backend-file,id=m,mem-path=nv.img,size=64M" + row.object, "-device", "nvdimm,memdev=m" + row.device,
    ]
    if let second = row.second {
      arguments += ["-object", "memory-backend-file,id=n,mem-path=\(second),size=64M,share=on"]
    }
    let run = try ProgramRun(
      "vnvdimm-check", ["command", "--json", "--qemu-version", row.release, "--"] + arguments, in: folder.url)
    let document = try #require(CheckAnswer.documents(of: run).first)
    #expect(Set(document.rules).subtracting(["guest-alignment", "label-area-blank", "memory-block"]) == row.rules)
    #expect(run.status == document.status)
    #expect(run.status == row.status)
  }

  @Test("a command line in a file: of a process, or as a shell reads it") func files() throws {
    let folder = try TemporaryDirectory()
    let words = ["qemu-system-x86_64", "-machine", "q35,nvdimm", "-name", "a guest"]
    try Data(words.map { $0 + "\0" }.joined().utf8).write(to: folder.url.appendingPathComponent("cmdline"))
    try Data("qemu-system-x86_64 -machine \\\n  'q35,nvdimm' -name \"a guest\" # mine\n".utf8)
      .write(to: folder.url.appendingPathComponent("start.sh"))
    for name in ["cmdline", "start.sh"] {
      let run = try ProgramRun("vnvdimm-check", ["command", "--file", folder.path(name)], in: folder.url)
      #expect(run.status == 2)
      #expect(run.text.hasSuffix("refuses: -machine q35,nvdimm: Expected '=' after parameter 'nvdimm'\n"))
    }
    let run = try ProgramRun("vnvdimm-check", ["command", "--file", folder.path("nothing")], in: folder.url)
    #expect(run.status == 1)
  }
}
