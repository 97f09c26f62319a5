import Basics
import Foundation
import Storage
import SystemPackage
import TestSupport
import Testing

@Suite("An open backend")
struct BackendTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// Returns the error on opening `path`, or `nil` if it can be opened.
  private func refusal(_ path: String, _ access: Backend.Access = .readOnly) -> BackendError.Reason? {
    do throws(BackendError) {
      _ = try Backend(path: FilePath(path), access: access)
      return nil
    } catch {
      #expect(error.path == FilePath(path))
      return error.reason
    }
  }

  private func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
  }

  @Test func readsAnyRangeOfAFile() throws {
    let path = folder.path("nv.img")
    let bytes = (0..<10000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let backend = try Backend(path: FilePath(path))
    #expect(backend.size == 10000)
    #expect(backend.kind == .regularFile)
    #expect(try backend.read(at: 0, count: 10000) == bytes)
    #expect(try backend.read(at: 9999, count: 1) == [bytes[9999]])
    #expect(try backend.read(at: 10000, count: 0) == [])
  }

  @Test(
    "a range beyond the end is refused with its figures, before memory is taken for it",
    arguments: [(10000, 1), (0, 10001), (UInt64.max, 1), (1, Int.max), (9999, 2), (0, -1)] as [(UInt64, Int)])
  func beyondEnd(offset: UInt64, count: Int) throws {
    let path = folder.path("nv.img")
    try Data(count: 10000).write(to: URL(fileURLWithPath: path))
    let backend = try Backend(path: FilePath(path))
    let expected = BackendError(
      FilePath(path), .beyondEnd(offset: offset, count: UInt64(clamping: count), size: 10000))
    #expect(throws: expected) { try backend.read(at: offset, count: count) }
    #expect(
      "\(expected.reason)"
        == "\(UInt64(clamping: count)) bytes at \(offset.hex) lie beyond the end (stored 10000 bytes)")
  }

  @Test func saysWhereAFileEndedThatBecameShorter() throws {
    let path = folder.path("nv.img")
    try Data(count: 10000).write(to: URL(fileURLWithPath: path))
    let backend = try Backend(path: FilePath(path))
    try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 6000)
    let expected = BackendError(FilePath(path), .endedEarly(offset: 5000, read: 1000, expected: 2000))
    #expect(throws: expected) { try backend.read(at: 5000, count: 2000) }
    #expect("\(expected.reason)" == "ended while it was read at 0x1388 (stored 1000 bytes, expected 2000)")
  }

  @Test func anEmptyFileIsABackendOfNoBytes() throws {
    let path = folder.path("empty")
    try Data().write(to: URL(fileURLWithPath: path))
    #expect(try Backend(path: FilePath(path)).size == 0)
  }

  @Test func followsALink() throws {
    try Data(count: 3).write(to: URL(fileURLWithPath: folder.path("nv.img")))
    try link(folder.path("link"), to: "nv.img")
    #expect(try Backend(path: FilePath(folder.path("link"))).size == 3)
  }

  @Test func tellsAMissingFileFromADanglingLink() throws {
    try link(folder.path("link"), to: "nowhere")
    #expect(refusal(folder.path("link")) == .danglingLink)
    #expect(refusal(folder.path("nothing")) == .missing)
    #expect(refusal(folder.path("no/folder")) == .missing)
    #expect(refusal("") == .missing)
  }

  @Test func refusesWhatIsNotABackendAndNeverBlocks() {
    // Safe: the text lives for the call.
    #expect(unsafe mkfifo(folder.path("fifo"), 0o600) == 0)
    #expect(refusal(folder.path("fifo")) == .notABackend("fifo"))
    #expect(refusal(folder.path("fifo"), .readWrite) == .notABackend("fifo"))
    #expect(refusal(folder.url.path) == .directory)
    #expect(refusal("/dev/null") == .notABackend("character device other than DAX"))
    #expect(refusal("/dev/zero") == .notABackend("character device other than DAX"))
  }

  @Test func refusesALinkToItselfAndAFileAsAFolder() throws {
    try link(folder.path("loop"), to: "loop")
    #expect(refusal(folder.path("loop")) == .cannotOpen(.tooManySymbolicLinkLevels))
    try Data().write(to: URL(fileURLWithPath: folder.path("file")))
    #expect(refusal(folder.path("file/nv.img")) == .cannotOpen(.notDirectory))
  }
}
