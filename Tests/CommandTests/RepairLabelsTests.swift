import Foundation
import LabelChange
import PersistentMemory
import TestSupport
import Testing

/// The recorded areas that are damaged, torn or odd, repaired in real files.
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

  /// Returns the bytes of the file behind the region.
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
    // Any other change requires the repair first.
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
    // Moves the label to the next free slot, and damages its uuid and name.
    let area = try damage([256 + 3, 256 + 17])
    let open = try run("vnvdimm-migrate-labels", ["repair", "nv.img"])
    #expect(open.status == 2)
    #expect(open.text.contains("label slot 2: undecided, namespace ") && open.text.contains("; choose: 1 namespace "))
    #expect(
      open.errors == """
        vnvdimm-migrate-labels: nv.img: it stays damaged: a backup (restore), --choose or --discard-labels has to decide \
        what nothing proves
        hint: vnvdimm-migrate-labels repair nv.img --choose 2=1

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

  /// Runs `command` and returns its hint.
  private func hint(_ command: String, status: Int32) throws -> String {
    let line = "PATH=\(ProgramRun.products.path):$PATH; \(command)"
    let run = try ProgramRun(executable: URL(fileURLWithPath: "/bin/sh"), ["-c", line], in: folder.url)
    #expect(run.status == status, "\(command)\n\(run.text)\n\(run.errors)")
    return (run.text + run.errors).split(separator: "\n").first { $0.contains("hint: ") }
      .map { String($0.drop { $0 == " " }.dropFirst(6)) } ?? ""
  }

  @Test(
    "labels of which nothing is left are made again from info blocks, as the user chooses",
    arguments: ["fsdax", "devdax", "sector"], ["128K", "2M"])
  func wiped(mode: String, size: String) throws {
    let creation = [
      "--quiet", "--size", "256M", "--label-size", size, "--namespace", "\(mode),size=96M", "--namespace",
      "\(mode),size=64M", "nv.img",
    ]
    #expect(try run("vnvdimm-create", creation).status == 0)
    func shown() throws -> String { try run("vnvdimm-check", ["--guest-view", "nv.img"]).text }
    let before = try shown()
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img"))
    try file.seek(toOffset: 0x1000_0000)
    try file.write(contentsOf: Data(count: size == "2M" ? 2 << 20 : 128 << 10))
    try file.close()
    // Each command leads to the next, and no data is lost on the way.
    let plan = try hint("vnvdimm-check nv.img", status: 2)
    #expect(plan == "vnvdimm-migrate-labels repair nv.img --plan")
    #expect(try hint("vnvdimm-migrate-labels init nv.img", status: 2) == plan)
    let repair = try hint(plan, status: 2)
    #expect(repair == "vnvdimm-migrate-labels repair nv.img --slot 0 --choose 0=1 --choose 1=1 --label-size \(size)")
    #expect(try hint(repair, status: 0) == "")
    #expect(try shown() == before)
    #expect(try hint("vnvdimm-check nv.img", status: 0) == "")
  }

  @Test("a label slot that was overwritten with zeros comes back from the info block, and keeps its place in the list")
  func wipedSlot() throws {
    let creation = [
      "--quiet", "--size", "256M", "--label-size", "128K", "--namespace", "fsdax,size=96M,name=db", "--namespace",
      "fsdax,size=64M", "nv.img",
    ]
    #expect(try run("vnvdimm-create", creation).status == 0)
    func shown() throws -> String { try run("vnvdimm-check", ["--guest-view", "nv.img"]).text }
    let before = try shown()
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img"))
    try file.seek(toOffset: 0x1000_0000 + 512 + 256)
    try file.write(contentsOf: Data(count: 256))
    try file.close()
    let choice = try hint("vnvdimm-migrate-labels repair nv.img", status: 2)
    #expect(choice == "vnvdimm-migrate-labels repair nv.img --choose 1=1")
    #expect(try hint(choice, status: 0) == "")
    #expect(try shown() == before)
  }

  @Test("the backup of a damaged area can be put back, which does not make it whole")
  func damagedBackup() throws {
    let creation = ["--quiet", "--size", "64M", "--label-size", "128K", "--namespace", "raw,name=db", "nv.img"]
    #expect(try run("vnvdimm-create", creation).status == 0)
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("nv.img"))
    try file.seek(toOffset: 64 << 20 + 512 + 3)
    try file.write(contentsOf: Data("xyz".utf8))
    try file.seek(toOffset: 64 << 20 + 512 + 17)
    try file.write(contentsOf: Data("xyz".utf8))
    try file.close()
    // The plan says what has to be decided.
    #expect(try hint("vnvdimm-check nv.img", status: 2) == "vnvdimm-migrate-labels repair nv.img --slot 0 --plan")
    let plan = try run("vnvdimm-migrate-labels", ["repair", "nv.img", "--slot", "0", "--plan"])
    #expect(plan.status == 2)
    #expect(plan.text.contains("label slot 0: undecided, namespace "))
    #expect(plan.errors.contains("a backup (restore), --choose or --discard-labels has to decide"))
    #expect(
      try run("vnvdimm-migrate-labels", ["repair", "nv.img", "--discard-labels", "--backup", "kept.bin"]).status == 0)
    let restored = try run("vnvdimm-migrate-labels", ["restore", "nv.img", "kept.bin"])
    #expect(restored.status == 2)
    #expect(
      restored.errors.contains(
        "nv.img: the restored labels are damaged, as they were when they were saved: slot 0: checksum differs (stored ")
    )
    #expect(restored.errors.hasSuffix("hint: vnvdimm-migrate-labels repair nv.img --plan\n"))
    #expect(restored.text.contains("nv.img: labels changed"))
  }

  @Test("init buries namespaces whose labels are lost only with a permit")
  func buried() throws {
    let creation = ["--quiet", "--size", "64M", "--label-size", "128K", "--namespace", "fsdax", "nv.img"]
    #expect(try run("vnvdimm-create", creation).status == 0)
    #expect(try run("vnvdimm-migrate-labels", ["split", "nv.img", "labels.bin", "--quiet"]).status == 0)
    let refused = try run("vnvdimm-migrate-labels", ["init", "nv.img"])
    #expect(refused.status == 2)
    #expect(refused.errors.contains("would bury namespaces whose labels are lost, and which their info blocks name: "))
    #expect(try run("vnvdimm-migrate-labels", ["init", "nv.img", "--discard-data"]).status == 0)
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
