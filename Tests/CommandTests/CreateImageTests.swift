import Foundation
import TestSupport
import Testing

/// Backends that begin with the bytes of an image: `vnvdimm-create --from`.
@Suite("vnvdimm-create: an image is copied")
struct CreateImageTests {
  private let folder: TemporaryDirectory

  /// The image's size, 40 MiB and a few bytes; the image has data in two places and holes elsewhere.
  private static let imageSize = (40 << 20) + 12_345

  init() throws {
    folder = try TemporaryDirectory()
    try makeImage(at: folder.path("image"))
  }

  private func makeImage(at path: String) throws {
    try Data().write(to: URL(fileURLWithPath: path))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? file.close() }
    try file.truncate(atOffset: UInt64(Self.imageSize))
    for (offset, count) in [(0, 70_000), (20 << 20, 4096), (Self.imageSize - 12_000, 12_000)] {
      try file.seek(toOffset: UInt64(offset))
      try file.write(contentsOf: Data((0..<count).map { UInt8(truncatingIfNeeded: $0 / 3 + offset >> 16 + 1) }))
    }
  }

  private func create(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun("vnvdimm-create", arguments, in: folder.url)
  }

  private func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder.path(name))) }

  private func spaceTaken(_ name: String) throws -> Int {
    var status = stat()
    // Safe: the path and the answer live for the call.
    try #require(unsafe stat(folder.path(name), &status) == 0)
    return Int(status.st_blocks) * 512
  }

  private struct Answer: Decodable {
    struct Image: Decodable { let path: String, size: Int, offset: Int }
    struct Namespace: Decodable { let mode: String, size: Int, data_offset: Int? }
    let guest_size: Int
    let image: Image?
    let namespaces: [Namespace]
  }

  private func answer(_ arguments: String...) throws -> Answer {
    let run = try ProgramRun("vnvdimm-create", ["--json"] + arguments, in: folder.url)
    try #require(run.status == 0, "\(run.errors)")
    return try JSONDecoder().decode(Answer.self, from: run.output)
  }

  @Test("the region is as large as the image, rounded up; one raw namespace shows all of it; holes stay holes")
  func wholeRegion() throws {
    let answer = try answer("--from", "image", "nv.img")
    #expect(answer.guest_size == 48 << 20)
    #expect(answer.image?.offset == 0 && answer.image?.size == Self.imageSize)
    #expect(answer.namespaces.map(\.mode) == ["raw"] && answer.namespaces.map(\.size) == [48 << 20])
    let backend = try bytes("nv.img")
    #expect(backend.prefix(Self.imageSize) == (try bytes("image")))
    #expect(backend[Self.imageSize..<48 << 20].allSatisfy { $0 == 0 })
    #expect(try spaceTaken("nv.img") < 1 << 20)
    let check = try ProgramRun("vnvdimm-check", ["--guest-view", "nv.img"], in: folder.url)
    #expect(check.status == 0, "\(check.errors)")
    #expect(check.text.contains(#""mode":"raw""#) || check.text.contains(#""mode" : "raw""#), "\(check.text)")
  }

  @Test("behind the info block of an fsdax namespace") func fsdax() throws {
    let answer = try answer("--from", "image", "--size", "64M", "--namespace", "fsdax", "nv.img")
    let offset = try #require(answer.namespaces.first?.data_offset)
    #expect(offset > 0 && answer.image?.offset == offset)
    #expect(try bytes("nv.img")[offset..<offset + Self.imageSize] == (try bytes("image")))
    #expect(try ProgramRun("vnvdimm-label-dump", ["--verify", "nv.img"], in: folder.url).status == 0)
  }

  @Test("without a label area, and with one that is blank, the region is the image", arguments: ["none", "blank"])
  func withoutLabels(labels: String) throws {
    let run =
      labels == "none"
      ? try create("--from", "image", "--label-size", "none", "nv.img")
      : try create("--from", "image", "--labels", "blank", "nv.img")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.text.contains("contents        image, 41955385 bytes"), "\(run.text)")
    #expect(try bytes("nv.img").prefix(Self.imageSize) == (try bytes("image")))
  }

  @Test("from another file system, and in place of the image itself") func otherPlaces() throws {
    let other = "/dev/shm/vnvdimm-test-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: other) }
    try makeImage(at: other)
    #expect(try create("--from", other, "nv.img").status == 0)
    let image = try bytes("image")
    #expect(try bytes("nv.img").prefix(Self.imageSize) == image)
    #expect(try create("--from", "image", "--overwrite", "image").status == 0)
    #expect(try bytes("image").count > image.count)
    #expect(try bytes("image").prefix(Self.imageSize) == image)
  }

  @Test("a plan says the same and makes nothing") func plan() throws {
    let answer = try answer("--plan", "--from", "image", "nv.img")
    #expect(answer.guest_size == 48 << 20 && answer.image?.size == Self.imageSize)
    #expect(!FileManager.default.fileExists(atPath: folder.path("nv.img")))
  }

  @Test(
    "what cannot be copied is refused, and nothing is left",
    arguments: [
      (["--from", "image", "--size", "32M"], 64, "hint: vnvdimm-create --from image nv.img --size 48M\n"),
      (["--from", "image", "--size", "42M", "--namespace", "fsdax", "--guest-align", "2M"], 64, "does not fit"),
      (["--from", "image", "--namespace", "fsdax", "--namespace", "raw"], 64, "several namespaces need --size"),
      (["--from", "image", "--size", "64M", "--namespace", "sector"], 64, "translation table"),
      (["--from", "missing"], 1, "no such file"), (["--from", "."], 63, "a directory"),
      (["--from", "empty"], 63, "an empty file"), (["--from", "disk.qcow2"], 63, "qemu-img convert -f qcow2 -O raw"),
      (["--from", "backend"], 2, "hint: cp --reflink=auto backend nv.img\n"),
      (["--from", "image", "--size", "64M", "--file-size", "64M"], 64, "exclude each other"),
    ])
  func refusals(arguments: [String], status: Int32, message: String) throws {
    try Data().write(to: folder.url.appendingPathComponent("empty"))
    try (Data("QFI\u{fb}".unicodeScalars.map { UInt8($0.value) }) + Data(count: 8192))
      .write(to: folder.url.appendingPathComponent("disk.qcow2"))
    #expect(try create("--quiet", "--size", "16M", "backend").status == 0)
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    let run = try ProgramRun("vnvdimm-create", arguments + ["nv.img"], in: folder.url)
    #expect(run.status == status)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == before)
  }
}
