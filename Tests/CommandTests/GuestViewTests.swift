import Foundation
import TestSupport
import Testing

@Suite("vnvdimm-check --guest-view")
struct GuestViewTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func view(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun("vnvdimm-check", ["--guest-view"] + arguments, in: folder.url)
  }

  private func create(_ name: String, _ arguments: String...) throws {
    let run = try ProgramRun("vnvdimm-create", arguments + [name], in: folder.url)
    try #require(run.status == 0, "\(run.errors)")
  }

  /// Writes `bytes` into the file `name` at `offset`.
  private func overwrite(_ name: String, at offset: UInt64, with bytes: [UInt8]) throws {
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent(name))
    try file.seek(toOffset: offset)
    try file.write(contentsOf: Data(bytes))
    try file.close()
  }

  private static func objects(_ key: String, in run: ProgramRun) throws -> [[String: Any]] {
    let document = try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any])
    return try #require(document[key] as? [[String: Any]])
  }

  private static func namespaces(in run: ProgramRun, region: Int = 0) throws -> [[String: Any]] {
    try #require(objects("regions", in: run)[region]["namespaces"] as? [[String: Any]])
  }

  @Test("a backend of the corpus lists as it did in the guest")
  func recorded() throws {
    let recorded = try LabelCase("kernel/mid_k22")
    let dimm = try #require(recorded.dimms.first)
    try recorded.makeBackend(of: dimm, at: folder.path("nv.img"))
    let run = try view("--label-size", "\(dimm.labelSize)", "nv.img")
    let regions = try Self.objects("regions", in: run).map { region in
      var region = region
      region["namespaces"] = (region["namespaces"] as? [NSDictionary])?.sorted {
        ($0["dev"] as? String ?? "") < ($1["dev"] as? String ?? "")
      }
      return region as NSDictionary
    }
    let expected = try #require(recorded.list["regions"] as? [[String: Any]]).map { region in
      var region = region
      region["namespaces"] = (region["namespaces"] as? [NSDictionary])?.sorted {
        ($0["dev"] as? String ?? "") < ($1["dev"] as? String ?? "")
      }
      return region as NSDictionary
    }
    #expect(regions == expected)
    #expect(try Self.objects("dimms", in: run) as [NSDictionary] == recorded.list["dimms"] as? [NSDictionary])
  }

  @Test("the DIMMs of one guest, in the order of their slots; a namespace that the second one's place forbids")
  func severalDIMMs() throws {
    let namespace = "fsdax,name=data"
    try create("a.img", "--file-size", "128M", "--label-size", "128K")
    try create("b.img", "--size", "64M", "--slot", "1", "--namespace", namespace)
    let run = try view("a.img", "b.img")
    #expect(run.status == 2)
    #expect(try Self.objects("dimms", in: run).map { $0["dev"] as? String } == ["nmem0", "nmem1"])
    let namespaces = try Self.namespaces(in: run, region: 1)
    #expect(namespaces.map { $0["state"] as? String } == ["disabled", "disabled"])
    #expect(run.errors.contains("vnvdimm-check: b.img: error: info-block-refused: namespace \"data\" has no device"))

    let alone = try view("b.img", "--slot", "1")
    #expect(alone.status == 0 && alone.errors.isEmpty)
    #expect(try Self.namespaces(in: alone).map { $0["mode"] as? String } == ["fsdax", "raw"])
    #expect(try Self.objects("dimms", in: alone)[0]["handle"] as? Int == 2)
  }

  @Test("each path has its label size, or all have one")
  func labelSizes() throws {
    try create("a.img", "--file-size", "64M", "--label-size", "128K", "--labels", "blank")
    try create("b.img", "--file-size", "64M", "--label-size", "none")
    func sizes(_ arguments: String...) throws -> [Int?] {
      let run = try ProgramRun("vnvdimm-check", ["--guest-view", "a.img", "b.img"] + arguments, in: folder.url)
      return try Self.objects("regions", in: run).map { $0["size"] as? Int }
    }
    let (whole, less) = (64 << 20, (64 << 20) - (128 << 10))
    #expect(try sizes() == [whole, whole])
    #expect(try sizes("--label-size", "128K") == [less, less])
    #expect(try sizes("--label-size", "128K", "--label-size", "none") == [less, whole])
  }

  @Test("what is hidden is told on standard error, and in the findings of the report")
  func hidden() throws {
    try create("nv.img", "--size", "64M", "--namespace", "sector,size=32M", "--namespace", "devdax,name=x")
    try overwrite("nv.img", at: (32 << 20) + 4096 + 2000, with: [1])
    let run = try view("nv.img")
    #expect(run.status == 2)
    #expect(try Self.namespaces(in: run).map { $0["mode"] as? String } == ["sector", "raw", "raw"])
    let told = "error: info-block-damaged: namespace \"x\" is raw: Linux ignores the block NVDIMM_DAX_INFO in it"
    #expect(run.errors.contains(told))
    #expect(try view("--quiet", "nv.img").errors.isEmpty)
    let report = try ProgramRun("vnvdimm-check", ["nv.img"], in: folder.url)
    #expect(report.status == 2 && report.text.contains(told))
  }

  @Test("a file that QEMU is to make or to extend is all zeros")
  func created() throws {
    let missing = try view("--size", "64M", "nv.img")
    #expect(try Self.namespaces(in: missing).map { $0["size"] as? Int } == [64 << 20])
    try Data(count: 1 << 20).write(to: folder.url.appendingPathComponent("short.img"))
    let short = try view("--size", "64M", "--label-size", "128K", "--qemu-version", "2.8", "short.img")
    #expect(short.status == 2 && short.output.isEmpty && short.errors.contains("QEMU 2.8 refuses"))
    let extended = try view("--size", "64M", "--qemu-version", "2.6", "short.img")
    #expect(try Self.namespaces(in: extended).map { $0["size"] as? Int } == [64 << 20])
    #expect(extended.errors.contains("backend-extended"))
  }

  @Test(
    "usage",
    arguments: [["--qemu-version", "7.2", "--qemu-version", "8.0"], ["--arch", "ppc64"]])
  func usage(arguments: [String]) throws {
    let run = try ProgramRun("vnvdimm-check", ["--guest-view"] + arguments + ["nv.img"], in: folder.url)
    #expect(run.status == 64 && run.output.isEmpty && run.errors.contains("--guest-view"))
  }
}
