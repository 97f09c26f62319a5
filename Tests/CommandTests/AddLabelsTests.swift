import Basics
import Foundation
import TestSupport
import Testing

/// Labels for backends that have none, on real files: what the guest had stays where it was.
@Suite("vnvdimm-migrate-labels --add-labels")
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

  /// The view that vnvdimm-check predicts of the only namespace: its mode, map and size.
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
      "--json", "--dry-run", "--add-labels", "2M", "--labels", version, "--slot", "2", "--name", "a, b", "nv.img")
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(try contents() == before)
    let added = try migrate(
      "--json", "--add-labels", "2M", "--labels", version, "--slot", "2", "--name", "a, b", "--uuid",
      "7d1e26a9-1b1c-4e0b-b1f0-3ac0e1b36a11", "nv.img")
    #expect(added.status == 0, "\(added.errors)")
    #expect(try json(added)["writes"] as? NSArray == json(plan)["writes"] as? NSArray)
    let after = try contents()
    #expect(after.count == 34 << 20)
    // Of the region nothing changes but the label that a superblock names, and its checksum.
    for range in [0..<4128, 4144..<8184, 8192..<32 << 20] { #expect(after[range] == before[range]) }
    #expect((after.prefix(8192) == before.prefix(8192)) == (mode == "raw" || mode == "sector"))
    #expect(try view() == shown)
    let dump = try run("vnvdimm-label-dump", ["--verify", "--slot", "2", "nv.img"])
    #expect(dump.status == 0, "\(dump.text)")
    #expect(dump.text.contains("7d1e26a9-1b1c-4e0b-b1f0-3ac0e1b36a11"))
    // Once is enough.
    let again = try migrate("--add-labels", "2M", "nv.img")
    #expect(again.status == 2)
    #expect(again.errors.contains("nv.img: there are labels already"))
    #expect(try contents() == after)
  }

  @Test("a blank area is filled where it is, in its own size")
  func blankArea() throws {
    #expect(
      try run("vnvdimm-create", ["--quiet", "--size", "32M", "--label-size", "2M", "--labels", "blank", "nv.img"])
        .status == 0)
    let before = try contents()
    let other = try migrate("--add-labels", "128K", "--from-label-size", "2M", "nv.img")
    #expect(other.status == 64)
    #expect(try contents() == before)
    let added = try migrate("--json", "--add-labels", "auto", "--from-label-size", "2M", "nv.img")
    #expect(added.status == 0, "\(added.errors)")
    #expect(try json(added)["method"] as? String == "birth")
    #expect(try contents().count == before.count)
    #expect(try run("vnvdimm-label-dump", ["--verify", "--slot", "0", "nv.img"]).status == 0)
  }

  @Test(
    "options that mean nothing for a change are refused",
    arguments: [
      "--to-slot 1 --slot 2", "--to-slot 1 --name x", "--repair --labels 1.1", "--add-labels none",
      "--repair --slot 256",
      "--add-labels 2M --slot -1", "--repair --keep-region", "--add-labels 2M --uuid x", "--add-labels 2M --labels 2.1",
    ])
  func usage(options: String) throws {
    try makeBare("raw")
    let before = try contents()
    let run = try run("vnvdimm-migrate-labels", options.split(separator: " ").map(String.init) + ["nv.img"])
    #expect(run.status == 64, "\(run.errors)")
    #expect(try contents() == before)
  }
}
