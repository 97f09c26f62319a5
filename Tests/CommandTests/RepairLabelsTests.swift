import Foundation
import LabelChange
import PersistentMemory
import TestSupport
import Testing

/// The recorded areas that were damaged, torn or odd, repaired in real files.
@Suite("vnvdimm-migrate-labels --repair")
struct RepairLabelsTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func run(_ program: String, _ arguments: [String]) throws -> ProgramRun {
    try ProgramRun(program, arguments, in: folder.url)
  }

  private func json(_ run: ProgramRun) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any], "\(run.errors)")
  }

  private func truncate(to length: UInt64) throws {
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img"))
    try file.truncate(atOffset: length)
    try file.close()
  }

  /// The file's bytes behind the region.
  private func area(_ dimm: LabelCase.DIMM) throws -> Data {
    let file = try FileHandle(forReadingFrom: folder.url.appendingPathComponent("nv.img"))
    try file.seek(toOffset: dimm.dataSize)
    return try file.readToEnd() ?? Data()
  }

  @Test(
    "the program writes what the repair plans, lists it, and has nothing to do a second time",
    arguments: LabelCase.all.filter { $0.path.hasPrefix("judged/") })
  func judged(recorded: LabelCase) throws {
    let dimm = recorded.dimms[0]
    try recorded.makeBackend(of: dimm, at: folder.path("nv.img"))
    let options = ["--json", "--repair", "--slot", "\(dimm.slot)", "--from-label-size", "\(dimm.labelSize)", "nv.img"]
    let expected = LabelRepair(
      try LabelArea(recorded.area(of: dimm)),
      dimm: LabelledDIMM(regionSize: dimm.dataSize, cookie: InterleaveSetCookie(virtualSlot: dimm.slot)))
    let repaired = try json(run("vnvdimm-migrate-labels", options))
    let repairs = try #require(repaired["repairs"] as? [[String: Any]])
    #expect(repairs.map { $0["text"] as? String } == expected.actions.map(\.description))
    #expect(repaired["changed"] as? Bool == !expected.actions.isEmpty)
    let kept = try LabelArea([UInt8](area(dimm)))
    // The transaction may choose other slots, and both blocks list them.
    func labels(_ area: LabelArea) -> Set<[UInt8]> { Set(area.validLabels.map { [UInt8]($0.bytes.prefix(120)) }) }
    #expect(labels(kept) == labels(try LabelArea(expected.bytes)))
    let after = try area(dimm)
    let again = try json(run("vnvdimm-migrate-labels", options))
    #expect(again["changed"] as? Bool == false)
    #expect((again["repairs"] as? [Any])?.isEmpty == true)
    #expect(try area(dimm) == after)
  }

  @Test("without an index, copies from before a move to another slot are not mistaken for labels in use")
  func moved() throws {
    let creation = ["--quiet", "--size", "32M", "--label-size", "128K", "--namespace", "raw,name=one", "nv.img"]
    #expect(try run("vnvdimm-create", creation).status == 0)
    #expect(try run("vnvdimm-migrate-labels", ["--quiet", "--to-slot", "1", "nv.img"]).status == 0)
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img"))
    try file.seek(toOffset: 32 << 20)
    try file.write(contentsOf: Data(repeating: 0, count: 512))
    try file.close()
    let lost = try run("vnvdimm-migrate-labels", ["--repair", "nv.img"])
    #expect(lost.status == 63)
    #expect(
      lost.errors == """
        vnvdimm-migrate-labels: nv.img: no valid index block found, but labels of an area of 131072 bytes (128 KiB)
        hint: vnvdimm-migrate-labels --repair --from-label-size 128K nv.img

        """)
    // Another change names itself, with what was asked of it.
    let moved = try run("vnvdimm-migrate-labels", ["--dry-run", "--to-slot", "3", "nv.img"])
    #expect(moved.errors.hasSuffix("hint: vnvdimm-migrate-labels --to-slot 3 --from-label-size 128K nv.img\n"))
    try truncate(to: 48 << 20)
    let length = (32 << 20) + (128 << 10)
    let relocated = try run("vnvdimm-migrate-labels", ["--relocate-from", "\(length)", "nv.img"])
    #expect(
      relocated.errors.hasSuffix("hint: vnvdimm-migrate-labels --relocate-from 32896K --from-label-size 128K nv.img\n"))
    try truncate(to: UInt64(length))
    let options = ["--repair", "--from-label-size", "128K", "nv.img"]
    let unknown = try run("vnvdimm-migrate-labels", options)
    #expect(unknown.status == 2)
    #expect(
      unknown.errors == """
        vnvdimm-migrate-labels: nv.img: without a valid index block nothing tells whether the labels of slot 0 or 1 \
        are in use
        hint: vnvdimm-migrate-labels --repair --slot SLOT nv.img

        """)
    let told = try run("vnvdimm-migrate-labels", ["--slot", "1"] + options)
    #expect(told.status == 0, "\(told.errors)")
    #expect(try run("vnvdimm-label-dump", ["--verify", "--slot", "1", "nv.img"]).status == 0)
  }

  @Test("of rubbish nothing is made, and it says so")
  func rubbish() throws {
    let bytes = Data(repeating: 0x5a, count: 2 << 20)
    try bytes.write(to: folder.url.appendingPathComponent("nv.img"))
    let repair = try run("vnvdimm-migrate-labels", ["--repair", "--from-label-size", "128K", "nv.img"])
    #expect(repair.status == 2)
    #expect(
      repair.errors == """
        vnvdimm-migrate-labels: nv.img: neither index block is valid, and no label is left that makes sense
        hint: vnvdimm-migrate-labels --restore BACKUP nv.img

        """)
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("nv.img")) == bytes)
  }
}
