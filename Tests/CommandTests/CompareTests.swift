import Basics
import Foundation
import TestSupport
import Testing

/// `vnvdimm compare A B`. The transcript compare.txt has the output.
@Suite("vnvdimm compare")
struct CompareTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    let create = ["-q", "--size", "64M", "--namespace", "fsdax,name=a,size=32M", "--namespace", "raw,name=b", "a.img"]
    try #require(ProgramRun("vnvdimm-create", create, in: folder.url).status == 0)
    try copy(to: "b.img")
  }

  private func copy(to name: String) throws {
    try FileManager.default.copyItem(atPath: folder.path("a.img"), toPath: folder.path(name))
  }

  private func write(_ text: String, to name: String, at offset: UInt64) throws {
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent(name))
    try file.seek(toOffset: offset)
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
  }

  /// Returns the differences between a.img and `name`, and the offset at which the data differs. Both orders of the
  /// arguments must agree.
  private func differences(
    from name: String = "b.img", _ options: String...
  ) throws -> (what: [String], offset: UInt64?) {
    let answers = try [["a.img", name], [name, "a.img"]].map { paths in
      let run = try ProgramRun("vnvdimm", ["compare", "--json"] + options + paths, in: folder.url)
      let differences = try JSONValue(parsing: run.text)["differences"]?.elements ?? []
      #expect(run.status == (differences.isEmpty ? 0 : 2))
      return differences
    }
    let what = answers.map { $0.compactMap { $0["what"]?.text } }
    #expect(what[0].sorted() == what[1].sorted())
    return (what[0], answers[0].last?["offset"]?.number())
  }

  @Test("a copy is the same, sparse or not, and however often its labels were written") func same() throws {
    #expect(try differences().what == [])
    // Allocated zeros, not a hole.
    try write(String(repeating: "\0", count: 1 << 20), to: "b.img", at: 40 << 20)
    #expect(try differences().what == [])
    for version in ["1.1", "1.2"] {
      let convert = ["convert", "--no-backup", "b.img", version]
      #expect(try ProgramRun("vnvdimm-migrate-labels", convert, in: folder.url).status == 0)
    }
    #expect(try differences().what == [])
  }

  @Test(
    "the first byte that differs is found, wherever it is",
    arguments: [0, 4095, (1 << 20) - 1, 1 << 20, 32 << 20, (64 << 20) - 1] as [UInt64])
  func firstByte(offset: UInt64) throws {
    try write("x", to: "b.img", at: offset)
    let found = try differences()
    #expect(found.what == ["data"] && found.offset == offset)
    // A difference that comes before it.
    guard offset > 0 else { return }
    try write("y", to: "b.img", at: offset - 1)
    #expect(try differences().offset == offset - 1)
  }

  @Test("what no guest reaches is no difference") func unreachable() throws {
    for name in ["a.img", "b.img"] {
      try FileHandle(forWritingTo: folder.url.appendingPathComponent(name)).truncate(atOffset: 67 << 20)
    }
    try write("x", to: "b.img", at: (67 << 20) - 1)
    #expect(try differences(from: "b.img", "--size", "66M", "--label-size", "2M").what == [])
  }

  @Test("layout and namespaces, each by its own name") func layout() throws {
    func change(_ words: String) throws {
      let run = try ProgramRun("vnvdimm-migrate-labels", words.split(separator: " ").map(String.init), in: folder.url)
      #expect(run.status == 0, "\(run.errors)")
    }
    try change("convert b.img 1.1")
    #expect(try differences().what == ["label_version"])
    try copy(to: "c.img")
    try change("renew-uuids c.img")
    #expect(try differences(from: "c.img").what == ["uuid", "uuid", "data"])
    try copy(to: "d.img")
    try change("move d.img 3")
    #expect(try differences(from: "d.img").what.prefix(1) == ["dimm_slot"])
    let create = ["-q", "--size", "32M", "--label-size", "none", "e.img"]
    #expect(try ProgramRun("vnvdimm-create", create, in: folder.url).status == 0)
    #expect(
      Set(try differences(from: "e.img").what)
        == ["mapped_size", "guest_size", "label_size", "label_version", "dimm_slot", "namespace", "data"])
  }

  @Test("what cannot be compared is told as such") func failures() throws {
    for (path, status) in [("missing.img", 1), (".", 63), ("/dev/null", 63)] as [(String, Int32)] {
      #expect(try ProgramRun("vnvdimm", ["compare", "a.img", path], in: folder.url).status == status, "\(path)")
    }
    #expect(try ProgramRun("vnvdimm", ["compare", "--quiet", "a.img", "b.img"], in: folder.url).output.isEmpty)
  }
}
