import Foundation
import FoundationXML
import PersistentMemory
import TestSupport
import Testing

@Suite("vnvdimm-label-dump --map and --svg")
struct LabelDumpPictureTests {
  static let program = LabelDumpTests.program

  @Test("the map shows each namespace to scale, within 80 columns and without colours in a pipe")
  func map() throws {
    let folder = try TemporaryDirectory()
    let run = try ProgramRun(Self.program, ["--map", try LabelDumpTests.backend("kernel/five_ns_mixed", in: folder)])
    #expect(run.status == 0)
    let lines = run.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(!run.text.contains("\u{1b}"))
    // 256 MiB in 64 columns: namespaces of 16, 32, 32, 64 and 96 MiB, then 16 MiB free. The label area has the last
    // column.
    #expect(lines[0] == "guest size 256 MiB by the labels, backend 262272 KiB; a column is about 4 MiB")
    #expect(
      lines[2] == "  AAAABBBBBBBBCCCCCCCC" + String(repeating: "D", count: 16) + String(repeating: "E", count: 24)
        + "...=")
    #expect(run.text.contains("B  0x1000000   32 MiB   sector  2     n-btt512"))
    #expect(run.text.contains("5 of 510 slots used, 8 slots a column"))
  }

  @Test("a file that was made longer shows its tail, and where the guest looks for labels in vain")
  func grown() throws {
    let folder = try TemporaryDirectory()
    let made = try ProgramRun(
      "vnvdimm-create", ["--quiet", "--size", "48M", "--namespace", "raw,name=data", "nv.img"], in: folder.url)
    try #require(made.status == 0)
    try FileHandle(forUpdating: URL(fileURLWithPath: folder.path("nv.img"))).truncate(atOffset: 100 << 20)
    let run = try ProgramRun(Self.program, ["--map", "nv.img"], in: folder.url)
    #expect(try ProgramRun(Self.program, ["--svg", "map.svg", "nv.img"], in: folder.url).status == 0)
    let bar = try #require(run.text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2).first)
    #expect(bar == "  " + String(repeating: "A", count: 31) + "=" + String(repeating: "~", count: 31) + "?")
    #expect(run.text.contains("=  0x3000000  2 MiB                label area\n"))
    #expect(run.text.contains("~  0x3200000  48 MiB               tail: outside the DIMM that the labels describe\n"))
    #expect(run.text.contains("?  0x6200000  2 MiB                no labels here, where the guest looks for them\n"))
    let drawing = try String(contentsOfFile: folder.path("map.svg"), encoding: .utf8)
    #expect(drawing.contains("48 MiB for the guest by the labels, 0 bytes free, backend 100 MiB"))
    #expect(drawing.contains("no labels here, where the guest looks for them, 2 MiB at 0x6200000"))
  }

  @Test("what Linux hides is named with its rule")
  func hidden() throws {
    let folder = try TemporaryDirectory()
    let path = try LabelDumpTests.backend("judged/v12_l_cookie_all", in: folder)
    let run = try ProgramRun(Self.program, ["--map", "--verify", path])
    #expect(run.status == 2)
    #expect(run.text.components(separatedBy: "hidden: label-cookie").count == 3)
    #expect(run.text.contains("error: label-cookie: slot 1:"))
  }

  /// Returns the path of a backend of 48 MiB with namespaces of 16 MiB. `change` damages the label in slot 1.
  private func damaged(in folder: TemporaryDirectory, _ change: (inout [UInt8]) -> Void) throws -> String {
    let made = try ProgramRun(
      "vnvdimm-create",
      [
        "--quiet", "--size", "48M", "--label-size", "128K", "--namespace", "raw,size=16M,name=one", "--namespace",
        "raw,size=16M,name=two", "nv.img",
      ], in: folder.url)
    #expect(made.status == 0)
    let path = folder.path("nv.img")
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    let place: UInt64 = (48 << 20) + 512 + 256
    try file.seek(toOffset: place)
    var label = [UInt8](try #require(try file.read(upToCount: 256)))
    change(&label)
    try file.seek(toOffset: place)
    try file.write(contentsOf: Data(label))
    try file.close()
    return path
  }

  @Test("the namespace of a damaged label is drawn where it lies, and is never free")
  func damagedLabel() throws {
    let folder = try TemporaryDirectory()
    // One byte of the DPA, which the checksum can restore.
    let map = try ProgramRun(Self.program, ["--map", damaged(in: folder) { $0[107] ^= 0x5a }])
    #expect(map.text.contains("B  0x1000000  16 MiB   raw   1     two"))
    #expect(map.text.contains("hidden: label-checksum"))
    #expect(map.text.contains(".             16 MiB               free\n"))
    // Damage to more bytes, so the label's place is unknown.
    let other = try TemporaryDirectory()
    let path = try damaged(in: other) { for byte in stride(from: 1, to: 120, by: 5) { $0[byte] ^= 0x5a } }
    let lost = try ProgramRun(Self.program, ["--map", "--svg", other.path("map.svg"), path])
    #expect(lost.text.contains("free, or of the damaged label in slot 1\n"))
    let drawing = try String(contentsOfFile: other.path("map.svg"), encoding: .utf8)
    #expect(drawing.contains("free, or of the damaged label in slot 1, 32 MiB at 0x1000000"))
  }

  @Test("a label file whose labels reach to the end of 64 bits is drawn", arguments: [1 << 63, UInt64.max << 25])
  func farAddresses(dpa: UInt64) throws {
    let folder = try TemporaryDirectory()
    let labels = [0, dpa].enumerated().map { number, dpa in
      MadeLabels.label(
        cookie: InterleaveSetCookie(virtualSlot: 0).v1_2, dpa: dpa, rawSize: 16 << 20, uuid: MadeLabels.uuid(number))
    }
    let path = folder.path("labels.bin")
    try Data(LabelArea.encoded(.v1_2, size: 128 << 10, labels: labels).array).write(to: URL(fileURLWithPath: path))
    let map = try ProgramRun(Self.program, ["--map", path])
    #expect(map.text.hasPrefix("DPA 0x0 to 0x\(String(dpa + (16 << 20), radix: 16)) ("), "\(map.text)")
    for options in [["--svg", folder.path("map.svg")], ["--json"]] {
      #expect(try ProgramRun(Self.program, options + [path]).status == 0)
    }
  }

  /// Counts the elements of a document by name.
  private final class Elements: NSObject, XMLParserDelegate {
    var counts: [String: Int] = [:]

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) { counts[name, default: 0] += 1 }
  }

  @Test("the drawing is well-formed XML, is replaced by the next, and replaces nothing else")
  func drawing() throws {
    let folder = try TemporaryDirectory()
    let path = try LabelDumpTests.backend("kernel/five_ns_mixed", in: folder)
    let file = folder.path("map.svg")
    for _ in 0..<2 { #expect(try ProgramRun(Self.program, ["--svg", file, path]).status == 0) }
    let parser = XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: file)))
    let elements = Elements()
    parser.delegate = elements
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    // Five namespaces, the free rest and the label area, each with a title.
    #expect(elements.counts["title"] == 7)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let refused = try ProgramRun(Self.program, ["--svg", path, path])
    #expect(refused.status == 2)
    #expect(
      refused.errors.hasPrefix(
        "\(Self.program): \(path): the file exists, and is not a picture of "
          + "this program\nhint: "))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test("a label file of a CXL device is shown as one, and has no picture")
  func cxl() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("lsa")
    try Corpus.data("labels/cxl/region_and_namespace.bin").write(to: URL(fileURLWithPath: path))
    let run = try ProgramRun(Self.program, ["--verify", path])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.text.contains("region     11112222-3333-4444-5555-666677778888  0x0  1 GiB"))
    #expect(run.text.contains("name inner, fsdax, in region 11112222-3333-4444-5555-666677778888"))
    let json = try ProgramRun(Self.program, ["--json", path])
    let document = try #require(try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any])
    let labels = try #require(document["label"] as? [[String: Any]])
    #expect(labels.compactMap { $0["type"] as? String } == ["region", "namespace"])
    #expect(try ProgramRun(Self.program, ["--map", path]).status == 63)
  }
}
