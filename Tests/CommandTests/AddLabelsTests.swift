import Basics
import Foundation
import TestSupport
import Testing

/// Adds labels to backends that have none, in real files; the guest's data must stay where it was.
@Suite("vnvdimm-migrate-labels init")
struct AddLabelsTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func run(_ program: String, _ arguments: [String]) throws -> ProgramRun {
    try ProgramRun(program, arguments, in: folder.url)
  }

  private func migrate(_ arguments: String...) throws -> ProgramRun { try run("vnvdimm-migrate-labels", arguments) }

  private func contents() throws -> Data { try Data(contentsOf: folder.url.appendingPathComponent("nv.img")) }

  private func json(_ run: ProgramRun) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any], "\(run.errors)")
  }

  /// A backend of 32 MiB that a guest without labels uses in `mode`: provisioned, its info block orphaned, and the
  /// label area cut off.
  private func makeBare(_ mode: String) throws {
    let made = try run(
      "vnvdimm-create",
      ["--quiet", "--size", "32M", "--labels", "1.1", "--label-size", "128K", "--namespace", mode, "nv.img"])
    #expect(made.status == 0, "\(made.errors)")
    var bytes = [UInt8](try contents().prefix(32 << 20))
    if mode != "raw" {
      var block = [UInt8](bytes[4096..<8192])
      block.replaceSubrange(32..<48, with: [UInt8](repeating: 0, count: 16))
      block[Field<UInt64>("checksum", at: 4088)] = Fletcher64.checksum(
        block, zeroing: Field<UInt64>("checksum", at: 4088))
      bytes.replaceSubrange(4096..<8192, with: block)
    }
    try Data(bytes).write(to: folder.url.appendingPathComponent("nv.img"))
  }

  /// The mode, map and size of the only namespace, as vnvdimm-check predicts them.
  private func view() throws -> [String] {
    let check = try run("vnvdimm-check", ["--guest-view", "--slot", "2", "nv.img"])
    let text = check.text
    return ["mode", "map", "size"].map { key in
      let namespace = text.range(of: "\"namespaces\"").map { text[$0.upperBound...] } ?? Substring(text)
      guard let range = namespace.range(of: "\"\(key)\" *: *[^,}\n]*", options: .regularExpression) else { return "" }
      return String(namespace[range].filter { $0 != " " })
    }
  }

  @Test(
    "the guest finds the same kind of namespace, and the same bytes", arguments: ["raw", "sector", "fsdax", "devdax"],
    ["1.1", "1.2"])
  func modes(mode: String, version: String) throws {
    try makeBare(mode)
    let before = try contents()
    let shown = try view()
    #expect(shown[0] == "\"mode\":\"\(mode)\"")
    let plan = try migrate(
      "init", "nv.img", "2M", "--json", "--plan", "--labels", version, "--slot", "2", "--name", "a, b")
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(try contents() == before)
    let added = try migrate(
      "init", "nv.img", "2M", "--json", "--labels", version, "--slot", "2", "--name", "a, b", "--uuid",
      "7d1e26a9-1b1c-4e0b-b1f0-3ac0e1b36a11")
    #expect(added.status == 0, "\(added.errors)")
    #expect(try json(added)["writes"] as? NSArray == json(plan)["writes"] as? NSArray)
    let after = try contents()
    #expect(after.count == 34 << 20)
    // In the region, only the label that a superblock names and its checksum change.
    for range in [0..<4128, 4144..<8184, 8192..<32 << 20] { #expect(after[range] == before[range]) }
    #expect((after.prefix(8192) == before.prefix(8192)) == (mode == "raw" || mode == "sector"))
    #expect(try view() == shown)
    let dump = try run("vnvdimm-label-dump", ["--verify", "--slot", "2", "nv.img"])
    #expect(dump.status == 0, "\(dump.text)")
    #expect(dump.text.contains("7d1e26a9-1b1c-4e0b-b1f0-3ac0e1b36a11"))
    // A second run is refused.
    let twice = try migrate("init", "nv.img", "2M")
    #expect(twice.status == 2)
    #expect(twice.errors.contains("nv.img: there are labels already"))
    #expect(try contents() == after)
    guard mode == "fsdax" || mode == "devdax" else { return }
    // The original superblock is backed up, so a restore returns to a backend without labels.
    let back = try migrate("restore", "nv.img", "nv.img.labels-1.bin")
    #expect(back.status == 0, "\(back.errors)")
    #expect(try contents() == before)
    let again = try migrate("restore", "nv.img", "nv.img.labels-1.bin")
    #expect(again.status == 2)
    #expect(
      again.errors.contains(
        "the backup was made before there were labels, and the backend now has other labels\n"))
    #expect(
      try migrate("join", "nv.img", "nv.img.labels-1.bin").errors.contains(
        "nv.img.labels-1.bin: a backup of a backend that had no label area\n"))
  }

  @Test("a blank area is filled where it is, in its own size")
  func blankArea() throws {
    #expect(
      try run("vnvdimm-create", ["--quiet", "--size", "32M", "--label-size", "2M", "--labels", "blank", "nv.img"])
        .status == 0)
    let before = try contents()
    let other = try migrate("init", "nv.img", "128K", "--label-size", "2M")
    #expect(other.status == 64)
    #expect(try contents() == before)
    let added = try migrate("init", "nv.img", "--json", "--label-size", "2M")
    #expect(added.status == 0, "\(added.errors)")
    #expect(try json(added)["method"] as? String == "birth")
    #expect(try contents().count == before.count)
    #expect(try run("vnvdimm-label-dump", ["--verify", "--slot", "0", "nv.img"]).status == 0)
  }

  @Test(
    "options that mean nothing for a verb are refused",
    arguments: [
      "move nv.img 1 --slot 2", "move nv.img 1 --name x", "repair nv.img --labels 1.1", "init nv.img none",
      "repair nv.img --slot 256", "init nv.img 2M --slot -1", "repair nv.img --keep-guest-size",
      "init nv.img 2M --uuid x", "init nv.img 2M --labels 2.1",
    ])
  func usage(options: String) throws {
    try makeBare("raw")
    let before = try contents()
    let run = try run("vnvdimm-migrate-labels", options.split(separator: " ").map(String.init))
    #expect(run.status == 64, "\(run.errors)")
    #expect(try contents() == before)
  }
}
