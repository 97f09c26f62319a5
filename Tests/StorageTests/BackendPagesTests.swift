import Basics
import Foundation
import Glibc
import Storage
import SystemPackage
import TestSupport
import Testing

/// A large range of a backend that is read again after another process has changed it.
@Suite("The pages of a backend")
struct BackendPagesTests {
  private static let size: UInt64 = 4 << 20

  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func make() throws -> String {
    let path = folder.path("nv.img")
    let block = SparseBytes([UInt8](repeating: 7, count: 65536))
    try BackendCreation(path: FilePath(path), size: Self.size, contents: [(1 << 20, block)]).prepare().publish()
    return path
  }

  @Test("are those of the file") func same() throws {
    let backend = try Backend(path: FilePath(make()))
    let bytes = try backend.bytes(at: 4096, count: 3 << 20)
    #expect(bytes.array == (try backend.read(at: 4096, count: 3 << 20)))
    #expect(throws: BackendError.self) { try backend.bytes(at: 2 << 20, count: 3 << 20) }
  }

  // The process remembers a failed read.
  @Test("that have changed, or are gone, are a failed read", arguments: [true, false])
  func changed(isShorter: Bool) async throws {
    let path = try make()
    await #expect(processExitsWith: .exitCode(63)) { [path = path as String, isShorter = isShorter as Bool] in
      let backend = try Backend(path: FilePath(path))
      let bytes = try backend.bytes(at: 0, count: 4 << 20)
      try FailedRead.check()
      let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      if isShorter {
        try file.truncate(atOffset: 1 << 20)
      } else {
        try file.seek(toOffset: (1 << 20) + 100)
        try file.write(contentsOf: Data([8]))
      }
      guard bytes.bytes(in: 1 << 20..<(1 << 20) + 200).isZero else { exit(1) }
      do throws(BackendError) { try FailedRead.check() } catch {
        guard "\(error.reason)" == "somebody changed it at 0x100000 while it was read" else { exit(2) }
        exit(63)
      }
      exit(3)
    }
  }
}
