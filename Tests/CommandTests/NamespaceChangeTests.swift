import Foundation
import PersistentMemory
import QEMU
import TestSupport
import Testing

/// New namespaces next to existing ones, and clones that get their own uuids, in real files.
@Suite("vnvdimm-migrate-labels, namespaces")
struct NamespaceChangeTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func run(_ program: String, _ arguments: String...) throws -> ProgramRun {
    try ProgramRun(program, arguments, in: folder.url)
  }

  private func create(_ name: String, _ options: [String]) throws {
    let made = try ProgramRun("vnvdimm-create", ["--quiet"] + options + [name], in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
  }

  private func contents(_ name: String) throws -> Data { try Data(contentsOf: folder.url.appendingPathComponent(name)) }

  /// Returns the namespaces that the guest shows for the backend in slot 1, without uuids, and those uuids.
  private func view(_ name: String) throws -> (text: [Substring], uuids: [String]) {
    let run = try run("vnvdimm-check", "--guest-view", "--slot", "1", name)
    #expect(run.status == 0, "\(run.errors)")
    let lines = run.text.split(separator: "\n")
    let uuids = lines.compactMap { $0.firstMatch(of: /uuid" *: *"([-0-9a-f]+)"/).map { String($0.1) } }
    return (lines.filter { !$0.contains("uuid\"") }, uuids.filter { !$0.allSatisfy { "0-".contains($0) } })
  }

  private static let modes = ["raw", "sector", "fsdax", "devdax"]

  @Test("what is added is what create makes, in any order of modes", arguments: modes, ["1.1", "1.2"])
  func added(mode: String, version: String) throws {
    let uuids = (0...2).map { "7d1e26a9-1b1c-4e0b-b1f0-3ac0e1b36a1\($0)" }
    let first = "raw,size=16M,name=first,uuid=\(uuids[0])"
    let second = "\(mode),size=32M,name=second,uuid=\(uuids[1])"
    let third = "fsdax,name=third,uuid=\(uuids[2])"
    let common = ["--size", "96M", "--slot", "1", "--labels", version]
    try create("whole.img", common + ["--namespace", first, "--namespace", second, "--namespace", third])
    try create("nv.img", common + ["--namespace", first])
    let before = try contents("nv.img")
    let change = ["add", "nv.img", "--namespace", second, "--namespace", third]
    let plan = try ProgramRun("vnvdimm-migrate-labels", change + ["--plan"], in: folder.url)
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(try contents("nv.img") == before)
    let run = try ProgramRun("vnvdimm-migrate-labels", change, in: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try contents("nv.img").prefix(96 << 20) == contents("whole.img").prefix(96 << 20))
    let (whole, grown) = (try view("whole.img"), try view("nv.img"))
    #expect(grown == whole)
    #expect(try self.run("vnvdimm-label-dump", "--verify", "nv.img").status == 0)
    #expect(try self.run("vnvdimm-check", "--slot", "1", "nv.img").status == 0)
    #expect(try contents("nv.img.labels-1.bin") == before.suffix(2 << 20))
  }

  @Test("the first gap with room is taken, and what is not zero is left alone") func gaps() throws {
    try create(
      "nv.img",
      [
        "--size", "128M", "--namespace", "raw,size=32M,name=one", "--namespace", "raw,size=32M,name=two",
        "--namespace", "raw,size=32M,name=three",
      ])
    // The guest deletes the second namespace.
    let handle = try FileHandle(forUpdating: folder.url.appendingPathComponent("nv.img"))
    try handle.seek(toOffset: 128 << 20)
    let area = try LabelArea([UInt8](try #require(try handle.read(upToCount: 2 << 20))))
    let labels = area.validLabels.filter { $0.name != "two" }
    try handle.seek(toOffset: 128 << 20)
    try handle.write(contentsOf: Data(LabelArea.encoded(.v1_2, size: 2 << 20, labels: labels).array))
    try handle.seek(toOffset: 40 << 20)
    try handle.write(contentsOf: Data([1]))
    try handle.close()
    let refused = try run("vnvdimm-migrate-labels", "add", "nv.img", "--namespace", "raw,size=16M")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("nv.img: there is data in the free space at 0x2000000 to 0x3000000\nhint: "))
    let zeroing = try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img"))
    try zeroing.seek(toOffset: 40 << 20)
    try zeroing.write(contentsOf: Data([0]))
    try zeroing.close()
    #expect(try run("vnvdimm-migrate-labels", "add", "nv.img", "--namespace", "raw,size=32M,name=new").status == 0)
    let dump = try run("vnvdimm-label-dump", "nv.img").text
    #expect(dump.contains(/0x2000000 +32 MiB +raw\n +name new\n/))
    for (namespace, fact) in [
      ("raw,size=48M", "namespace 1 (raw): does not fit (stored 50331648 bytes (48 MiB), expected at most 32 MiB"),
      ("fsdax,size=1M", "misaligned (stored 1048576 bytes (1 MiB), expected a multiple of 16 MiB)"),
    ] {
      let run = try run("vnvdimm-migrate-labels", "add", "nv.img", "--namespace", namespace)
      #expect(run.status == 2)
      #expect(run.errors.contains(fact), "\(run.errors)")
    }
  }

  @Test("a clone has uuids of its own, and the same namespaces", arguments: modes, ["1.1", "1.2"])
  func renewed(mode: String, version: String) throws {
    try create(
      "golden.img",
      [
        "--size", "96M", "--slot", "1", "--labels", version, "--namespace", "\(mode),size=48M,name=one",
        "--namespace", "raw,name=two",
      ])
    try FileManager.default.copyItem(atPath: folder.path("golden.img"), toPath: folder.path("clone.img"))
    let (before, golden) = (try contents("golden.img"), try view("golden.img"))
    let run = try run("vnvdimm-migrate-labels", "renew-uuids", "clone.img")
    #expect(run.status == 0, "\(run.errors)")
    let clone = try view("clone.img")
    #expect(clone.text == golden.text)
    #expect(clone.uuids.count == golden.uuids.count && golden.uuids.count >= 2)
    #expect(Set(clone.uuids).isDisjoint(with: golden.uuids))
    #expect(try self.run("vnvdimm-label-dump", "--verify", "clone.img").status == 0)
    #expect(try self.run("vnvdimm-check", "--slot", "1", "clone.img").status == 0)
    // In the region, only the uuids and checksums of info blocks change.
    let after = try contents("clone.img")
    var changed: Set<Int> = []
    for page in stride(from: 0, to: 96 << 20, by: 4096) where before[page..<page + 4096] != after[page..<page + 4096] {
      changed.formUnion((0..<4096).filter { before[page + $0] != after[page + $0] })
    }
    #expect(changed.allSatisfy { (16..<48).contains($0) || $0 >= 4088 })
    #expect(changed.isEmpty == (mode == "raw"))
    #expect(try contents("golden.img") == before)
  }

  /// Writes 4 KiB of `byte` at `offset`.
  private func write(_ byte: UInt8, at offset: UInt64, of name: String) throws {
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent(name))
    try file.seek(toOffset: offset)
    try file.write(contentsOf: Data(repeating: byte, count: 4096))
    try file.close()
  }

  @Test("a backup brings back all that a change wrote over", arguments: ["renew-uuids", "resize"])
  func restored(change: String) throws {
    let modes = ["fsdax", "sector", "devdax", "raw"].map { "\($0),size=32M" }
    try create("nv.img", ["--size", "160M", "--label-size", "128K"] + modes.flatMap { ["--namespace", $0] })
    // A deleted namespace has left data in the free space that a larger area takes.
    try write(7, at: 159 << 20, of: "nv.img")
    let before = try contents("nv.img")
    let operands = change == "resize" ? ["2M"] : []
    let run = try ProgramRun("vnvdimm-migrate-labels", [change, "nv.img"] + operands, in: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try contents("nv.img") != before)
    let plan = try self.run("vnvdimm-migrate-labels", "restore", "nv.img", "nv.img.labels-1.bin", "--plan")
    #expect(plan.status == 0, "\(plan.errors)")
    let back = try self.run("vnvdimm-migrate-labels", "restore", "nv.img", "nv.img.labels-1.bin")
    #expect(back.status == 0, "\(back.errors)")
    #expect(try contents("nv.img") == before)
    // Restoring the backup of the restore brings the change back.
    #expect(try self.run("vnvdimm-migrate-labels", "restore", "nv.img", "nv.img.labels-2.bin").status == 0)
    #expect(try contents("nv.img") != before)
    guard change == "resize" else { return }
    // A guest without labels now has this space, and writes to it.
    #expect(try self.run("vnvdimm-migrate-labels", "resize", "nv.img", "128K").status == 0)
    try write(9, at: 159 << 20, of: "nv.img")
    let late = try self.run("vnvdimm-migrate-labels", "restore", "nv.img", "nv.img.labels-1.bin")
    #expect(late.status == 2 && late.errors.contains(", where the backup has what the change overwrote\n"))
  }

  @Test("a backup goes over nothing but what its change left, and a damaged one over nothing") func notRestored() throws
  {
    try create("nv.img", ["--size", "64M", "--label-size", "128K", "--namespace", "fsdax,size=32M"])
    #expect(try run("vnvdimm-migrate-labels", "renew-uuids", "nv.img").status == 0)
    let backup = try contents("nv.img.labels-1.bin")
    #expect(backup.count > 128 << 10)
    for position in [0, 20, 128 << 10, (128 << 10) + 100, backup.count - 200] {
      var damaged = backup
      damaged[position] ^= 1
      try damaged.write(to: folder.url.appendingPathComponent("damaged.bin"))
      let run = try run("vnvdimm-migrate-labels", "restore", "nv.img", "damaged.bin")
      #expect(
        run.status == 2 && run.errors.contains("a backup that is damaged: its checksums do not hold"), "\(run.errors)")
    }
    // The guest has changed the contents of the namespace since.
    try write(7, at: 4096, of: "nv.img")
    let before = try contents("nv.img")
    let run = try run("vnvdimm-migrate-labels", "restore", "nv.img", "nv.img.labels-1.bin")
    #expect(
      run.status == 2 && run.errors.contains("there is other data at 0x1000, where the backup has an info block\n"),
      "\(run.errors)")
    #expect(try contents("nv.img") == before)
  }
}
