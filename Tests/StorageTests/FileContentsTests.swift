import Foundation
import Storage
import SystemPackage
import TestSupport
import Testing

/// Reading files of the host as a whole.
@Suite("Whole files")
struct FileContentsTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func path(_ name: String) -> FilePath { FilePath(folder.path(name)) }

  @Test("every byte of a regular file, up to the limit", arguments: [0, 1, 262_143, 262_144, 1_000_000])
  func regularFile(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try Data(bytes).write(to: folder.url.appendingPathComponent("file"))
    #expect(try path("file").contents(limit: count) == bytes)
    if count > 0 { #expect(throws: Errno.fileTooLarge) { try path("file").contents(limit: count - 1) } }
  }

  @Test("a sparse file beyond the limit is refused before it is read")
  func sparseFile() throws {
    try Data().write(to: folder.url.appendingPathComponent("file"))
    try FileHandle(forWritingTo: folder.url.appendingPathComponent("file")).truncate(atOffset: 1 << 40)
    #expect(throws: Errno.fileTooLarge) { try path("file").contents(limit: 1 << 32) }
  }

  @Test("a pipe is read to its end")
  func pipe() throws {
    let pipe = Pipe()
    let bytes = [UInt8](repeating: 0x5a, count: 300_000)
    let writer = Thread {
      try? pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
      try? pipe.fileHandleForWriting.close()
    }
    writer.start()
    let end = FilePath("/proc/self/fd/\(pipe.fileHandleForReading.fileDescriptor)")
    #expect(try end.contents(limit: bytes.count) == bytes)
  }

  @Test("an endless device ends at the limit")
  func device() {
    #expect(throws: Errno.fileTooLarge) { try FilePath("/dev/zero").contents(limit: 1 << 20) }
  }

  @Test("a directory is refused as one")
  func directory() {
    #expect(throws: Errno.isDirectory) { try FilePath(folder.url.path).contents(limit: 1 << 20) }
  }

  @Test("what is not there is said to be missing")
  func missing() {
    #expect(throws: Errno.noSuchFileOrDirectory) { try path("missing").contents(limit: 1) }
  }

  @Test("a part of a file is what there is of it")
  func part() throws {
    try Data([1, 2, 3, 4]).write(to: folder.url.appendingPathComponent("file"))
    let file = try FileDescriptor.open(path("file"), .readOnly)
    defer { try? file.close() }
    #expect(try file.bytes(at: 1, count: 2) == [2, 3])
    #expect(try file.bytes(at: 3, count: 9) == [4])
    #expect(try file.bytes(at: 9, count: 1) == [])
  }
}
