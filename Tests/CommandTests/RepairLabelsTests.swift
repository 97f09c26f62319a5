import Foundation
import LabelChange
import PersistentMemory
import TestSupport
import Testing

/// The recorded areas that were damaged, torn or odd, repaired in real files.
@Suite("vnvdimm-migrate-labels repair")
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
    let options = [
      "repair", "nv.img", "--json", "--slot", "\(dimm.slot)", "--label-size", "\(dimm.labelSize)", "--discard-labels",
    ]
    let expected = LabelRepair(
      try LabelArea(recorded.area(of: dimm)),
      dimm: LabelledDIMM(regionSize: dimm.dataSize, cookie: InterleaveSetCookie(virtualSlot: dimm.slot)),
      decisions: .discarding)
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
    #expect(try run("vnvdimm-migrate-labels", ["move", "nv.img", "1", "--quiet"]).status == 0)
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img"))
    try file.seek(toOffset: 32 << 20)
    try file.write(contentsOf: Data(repeating: 0, count: 512))
    try file.close()
    // Another change asks for the repair first.
    let moved = try run("vnvdimm-migrate-labels", ["move", "nv.img", "3", "--plan"])
    #expect(
      moved.errors.hasSuffix(": neither index block is valid\nhint: vnvdimm-migrate-labels repair nv.img --plan\n"))
    let unknown = try run("vnvdimm-migrate-labels", ["repair", "nv.img"])
    #expect(unknown.status == 2)
    #expect(
      unknown.errors == """
        vnvdimm-migrate-labels: nv.img: without a valid index block it is not known whether the labels in slot 0 or 1 \
        are in use
        hint: vnvdimm-migrate-labels repair nv.img --slot 0

        """)
    let told = try run("vnvdimm-migrate-labels", ["repair", "nv.img", "--slot", "1"])
    #expect(told.status == 0, "\(told.errors)")
    #expect(try run("vnvdimm-label-dump", ["--verify", "--slot", "1", "nv.img"]).status == 0)
  }

  @Test("a flipped byte of a uuid comes back; of more, nothing is made up, and the answer offers what it can have been")
  func proved() throws {
    let creation = [
      "--quiet", "--size", "256M", "--namespace", "fsdax,size=128M,name=db", "--namespace", "fsdax,name=log", "nv.img",
    ]
    #expect(try run("vnvdimm-create", creation).status == 0)
    let path = folder.url.appendingPathComponent("nv.img")
    let labels = 0x1000_0000 + 2560 + 256
    func damage(_ bytes: [Int]) throws -> Data {
      let file = try FileHandle(forUpdating: path)
      for byte in bytes {
        try file.seek(toOffset: UInt64(labels + byte))
        let old = try #require(try file.read(upToCount: 1))
        try file.seek(toOffset: UInt64(labels + byte))
        try file.write(contentsOf: Data([old[0] ^ 0x5a]))
      }
      try file.seek(toOffset: 0x1000_0000)
      return try #require(try file.readToEnd())
    }
    func shown() throws -> String { try run("vnvdimm-check", ["--guest-view", "nv.img"]).text }
    let before = try shown()
    _ = try damage([3])
    let repair = try run("vnvdimm-migrate-labels", ["repair", "nv.img"])
    #expect(repair.status == 0, "\(repair.errors)")
    #expect(repair.text.contains("slot 1: corrected, namespace "))
    #expect(repair.text.contains("\n  backup     nv.img.labels-1.bin\n"))
    #expect(try shown() == before)
    // The label moved to the next free slot, and is damaged in the uuid and in the name.
    let area = try damage([256 + 3, 256 + 17])
    let open = try run("vnvdimm-migrate-labels", ["repair", "nv.img"])
    #expect(open.status == 2)
    #expect(open.text.contains("slot 2: open, namespace ") && open.text.contains("; choose: 1 namespace "))
    #expect(
      open.errors == """
        vnvdimm-migrate-labels: nv.img: it stays damaged: you have to decide what nothing proves
        hint: vnvdimm-migrate-labels repair nv.img --discard-labels

        """)
    #expect(try damage([]) == area)
    #expect(try run("vnvdimm-migrate-labels", ["repair", "nv.img", "--choose", "2=9"]).status == 2)
    let misspelt = try run("vnvdimm-migrate-labels", ["repair", "nv.img", "--choose", "2"])
    #expect(misspelt.status == 64)
    #expect(misspelt.errors.contains("write a label slot and the number of one of its choices as 3=1"))
    #expect(try run("vnvdimm-migrate-labels", ["repair", "nv.img", "--choose", "2=1"]).status == 0)
    #expect(try run("vnvdimm-label-dump", ["--verify", "nv.img"]).status == 0)
    #expect(try run("vnvdimm-check", ["nv.img"]).text.contains("2 of 8182 label slots used"))
  }

  @Test("of rubbish nothing is made, and it says so")
  func rubbish() throws {
    let bytes = Data(repeating: 0x5a, count: 2 << 20)
    try bytes.write(to: folder.url.appendingPathComponent("nv.img"))
    let repair = try run("vnvdimm-migrate-labels", ["repair", "nv.img", "--label-size", "128K"])
    #expect(repair.status == 2)
    #expect(
      repair.errors == """
        vnvdimm-migrate-labels: nv.img: neither index block is valid, and no plausible label is left

        """)
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("nv.img")) == bytes)
  }
}
