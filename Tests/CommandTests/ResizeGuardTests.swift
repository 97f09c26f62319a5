import Basics
import Foundation
import TestSupport
import Testing

/// Growing and shrinking real files: no data is lost, and a change that would lose data is refused with the file
/// untouched.
@Suite("vnvdimm-resize-guard, plan and apply")
struct ResizeGuardTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func run(_ program: String, _ arguments: String...) throws -> ProgramRun {
    try ProgramRun(program, arguments, in: folder.url)
  }

  private func resize(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun("vnvdimm-resize-guard", arguments, in: folder.url)
  }

  private var file: URL { folder.url.appendingPathComponent("nv.img") }

  private func contents() throws -> Data { try Data(contentsOf: file) }

  /// Makes a backend of 34 MiB with a namespace in its first 16 MiB, and marks each page of its region.
  private func makeBackend(_ options: String...) throws {
    let made = try ProgramRun(
      "vnvdimm-create", ["--quiet", "--size", "32M", "--label-size", "2M"] + options + ["nv.img"], in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
    let handle = try FileHandle(forWritingTo: file)
    for page in stride(from: UInt64(0), to: 32 << 20, by: 1 << 16) {
      try handle.seek(toOffset: page + 8)
      try handle.write(contentsOf: Data("\(page)".utf8))
    }
    try handle.close()
  }

  /// Returns name, place and size of the namespaces that Linux shows.
  private func shown() throws -> [String] {
    let run = try run("vnvdimm-label-dump", "--json", "--slot", "0", "nv.img")
    let document = try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any])
    let linux = try #require(document["linux"] as? [String: Any])
    let namespaces = try #require(linux["namespaces"] as? [[String: Any]])
    return namespaces.map { "\($0["name"] ?? "") \($0["dpa"] ?? "") \($0["size"] ?? "")" }
  }

  @Test("a longer file has its labels at the new end and its data where it was", arguments: ["50M", "+16M"])
  func growth(size: String) throws {
    try makeBackend("--namespace", "raw,size=16M,name=one")
    let (before, namespaces) = (try contents(), try shown())
    let plan = try resize("plan", "nv.img", size)
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(try contents() == before)
    let run = try resize("apply", "nv.img", size, "--backup", "labels.bin")
    #expect(run.status == 0, "\(run.errors)")
    let after = try contents()
    #expect(after.count == 50 << 20)
    #expect(after.prefix(32 << 20) == before.prefix(32 << 20))
    #expect(after[(32 << 20)..<(48 << 20)].allSatisfy { $0 == 0 })
    #expect(after.suffix(2 << 20) == before.suffix(2 << 20))
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("labels.bin")) == before.suffix(2 << 20))
    #expect(try shown() == namespaces)
    #expect(try self.run("vnvdimm-label-dump", "--verify", "nv.img").status == 0)
    #expect(try self.run("vnvdimm-check", "nv.img").status == 0)
    // Shrinking it again is possible, since the region holds only the one namespace.
    #expect(try resize("apply", "nv.img", "-16M", "--allow-shrink").status == 0)
    #expect(try contents() == before)
  }

  @Test("a growth by less than the label area, and one without labels") func smallGrowth() throws {
    try makeBackend("--namespace", "raw,size=16M")
    let namespaces = try shown()
    #expect(try resize("apply", "nv.img", "+4K").status == 0)
    #expect(try shown() == namespaces)
    // A region of 32 MiB and a page is no multiple of what a guest allots: a warning.
    #expect(try self.run("vnvdimm-label-dump", "--verify", "nv.img").status == 3)
    try CheckedFile.length(32 << 20).make(in: folder, name: "plain.img")
    let run = try resize("apply", "plain.img", "48M", "--json")
    let answer = try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any])
    #expect(answer["methods"] as? [String] == ["length"])
    #expect(answer["changed"] as? Bool == true)
  }

  @Test("a shorter file is made with a permit alone, and no namespace is cut without another") func shrinkage() throws {
    try makeBackend("--namespace", "raw,size=16M,name=one", "--namespace", "raw,size=16M,name=two")
    let before = try contents()
    for (options, rules) in [
      (["18M"], ["shrink-not-allowed", "namespace-cut"]), (["--allow-shrink", "18M"], ["namespace-cut"]),
    ] {
      for verb in ["plan", "apply"] {
        let run = try ProgramRun("vnvdimm-resize-guard", [verb, "--json"] + options + ["nv.img"], in: folder.url)
        // The path comes first; in this order, the path is read as an invalid size.
        #expect(run.status == 64)
        let other = try ProgramRun("vnvdimm-resize-guard", [verb, "nv.img", "--json"] + options, in: folder.url)
        #expect(other.status == 2)
        let answer = try #require(JSONSerialization.jsonObject(with: other.output) as? [String: Any])
        let findings = try #require(answer["findings"] as? [[String: Any]])
        #expect(findings.compactMap { $0["rule"] as? String } == rules)
        #expect(try contents() == before)
      }
    }
    let refused = try resize("apply", "nv.img", "18M", "--allow-shrink")
    #expect(refused.errors.contains("\"two\" would be cut"))
    let run = try resize("apply", "nv.img", "18M", "--allow-shrink", "--discard-data")
    #expect(run.status == 0, "\(run.errors)")
    #expect(try contents().prefix(16 << 20) == before.prefix(16 << 20))
    #expect(try shown() == ["one 0 16777216"])
    #expect(try self.run("vnvdimm-label-dump", "--verify", "nv.img").status == 0)
  }

  @Test("without labels, bytes that are not zero are not cut off") func data() throws {
    try CheckedFile.length(64 << 20).make(in: folder)
    #expect(try resize("plan", "nv.img", "48M", "--allow-shrink").status == 0)
    let handle = try FileHandle(forWritingTo: file)
    try handle.seek(toOffset: 50 << 20)
    try handle.write(contentsOf: Data([1]))
    try handle.close()
    let before = try contents()
    let run = try resize("apply", "nv.img", "48M", "--allow-shrink")
    #expect(run.status == 2)
    #expect(run.errors.contains("data-cut"))
    #expect(try contents() == before)
    #expect(try resize("apply", "nv.img", "48M", "--allow-shrink", "--discard-data").status == 0)
    #expect(try contents().count == 48 << 20)
  }

  @Test("page structures that do not fit keep a namespace without a label from growing") func pageStructures() throws {
    // An fsdax namespace over a region without labels: its info block gives the start of the data, and must keep doing
    // so.
    let made = try run("vnvdimm-create", "--quiet", "--size", "128M", "--namespace", "fsdax", "nv.img")
    #expect(made.status == 0, "\(made.errors)")
    var block = [UInt8](try contents()[4096..<8192])
    // The parent uuid of a namespace without a label is zero.
    block.replaceSubrange(32..<48, with: [UInt8](repeating: 0, count: 16))
    block.store(Fletcher64.checksum(block, zeroing: Field<UInt64>("checksum", at: 4088)), at: 4088)
    try CheckedFile.length(128 << 20).make(in: folder)
    let handle = try FileHandle(forWritingTo: file)
    try handle.seek(toOffset: 4096)
    try handle.write(contentsOf: Data(block))
    try handle.close()
    #expect(try resize("plan", "nv.img", "144M").status == 0)
    let run = try resize("plan", "nv.img", "4G")
    #expect(run.status == 2)
    #expect(run.text.contains("namespace-changed"))
  }

  @Test("what is in use, interrupted, no file, or no length, is left alone") func refusals() throws {
    try makeBackend("--namespace", "raw")
    let before = try contents()
    let process = try RunningProgram(
      executable: URL(fileURLWithPath: "/bin/sh"), ["-c", "exec sleep 60 <\"$0\"", file.path],
      input: .nullDevice, output: .nullDevice)
    let link = "/proc/\(process.identifier)/fd/0"
    #expect(
      RunningProgram.wait(
        10,
        until: {
          (try? FileManager.default.destinationOfSymbolicLink(atPath: link))?.hasSuffix("nv.img") == true
        }))
    let used = try resize("apply", "nv.img", "+16M")
    process.signal(SIGKILL)
    _ = process.status(within: 5)
    #expect(used.status == 2)
    #expect(used.errors.contains("(process \(process.identifier))"))
    #expect(try resize("apply", "nv.img", "1234567").status == 64)
    #expect(try resize("apply", "nv.img", "-1G").status == 64)
    #expect(try resize("apply", "missing.img", "64M").status == 1)
    #expect(try resize("apply", ".", "64M").status == 63)
    #expect(try contents() == before)
    // Another user extended the file: the labels must be moved first.
    try FileHandle(forWritingTo: file).truncate(atOffset: 64 << 20)
    let grown = try resize("apply", "nv.img", "+16M")
    #expect(grown.status == 2)
    #expect(grown.errors.contains("hint: vnvdimm-migrate-labels relocate nv.img 34M"))
  }

  @Test("labels that lie far inside by now are found, and not taken for none") func grownByOthers() throws {
    try makeBackend("--namespace", "raw,size=16M")
    try FileHandle(forWritingTo: file).truncate(atOffset: 512 << 20)
    for arguments in [
      ["plan", "nv.img", "+16M"], ["plan", "nv.img", "34M", "--allow-shrink"], ["apply", "nv.img", "+16M"],
      ["seal", "nv.img"],
    ] {
      let run = try ProgramRun("vnvdimm-resize-guard", arguments, in: folder.url)
      #expect(run.status == 2, "\(arguments)")
      #expect(run.errors.contains("a label area of 2 MiB ends elsewhere"), "\(run.errors)")
      #expect(run.errors.contains("(stored 0x2200000, expected 0x20000000)"))
      #expect(run.errors.contains("hint: vnvdimm-migrate-labels relocate nv.img 34M"))
    }
    #expect(try contents().count == 512 << 20)
    // The bytes may be part of the guest's data.
    #expect(try resize("plan", "nv.img", "+16M", "--label-size", "none").status == 0)
    #expect(
      try run("vnvdimm-migrate-labels", "relocate", "nv.img", "34M", "--quiet").status == 0)
    #expect(try resize("plan", "nv.img", "+16M").status == 0)
  }

  @Test("an empty file, or less than a page, is no backend", arguments: [0, 100])
  func empty(length: Int) throws {
    try Data(count: length).write(to: file)
    for arguments in [["plan", "nv.img", "+16M"], ["apply", "nv.img", "16M"], ["seal", "nv.img"]] {
      let run = try ProgramRun("vnvdimm-resize-guard", arguments, in: folder.url)
      #expect(run.status == 63, "\(arguments)")
      #expect(run.errors.contains(length == 0 ? "nv.img: an empty file, not a backend\n" : "less than a page"))
      #expect(run.errors.contains("hint: vnvdimm-create --overwrite --size 256M nv.img\n") == (length == 0))
    }
    #expect(try contents().count == length)
  }
}
