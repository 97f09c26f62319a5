import Foundation
import Storage
import SystemPackage
import TestSupport
import Testing

/// Mappings of files that another process makes shorter: an access to missing pages is an error, not a signal.
@Suite("Memory that is gone")
struct LostMemoryTests {
  @Test("copies and write-backs end with an error, and go on where there is memory") func truncation() throws {
    let folder = try TemporaryDirectory()
    let path = FilePath(folder.path("file"))
    let file = try FileDescriptor.open(path, .readWrite, options: .create, permissions: [.ownerReadWrite])
    defer { try? file.close() }
    try file.resize(to: 4 << 12)
    let mapping = try MemoryMapping(file: file, size: 4 << 12, shared: true)
    // Evaluated here, since an expectation would copy its operands, and an owner cannot be copied.
    let isWritten = mapping.write([1, 2, 3], at: 3 << 12)
    try mapping.persist(at: 0, count: 4 << 12)
    try file.resize(to: 2 << 12)
    let isWrittenBehind = mapping.write([1, 2, 3], at: 3 << 12)
    let behind = mapping.read(at: (2 << 12) - 1, count: 2)
    var failure: Errno?
    do { try mapping.persist(at: 0, count: 4 << 12) } catch { failure = error }
    let before = mapping.read(at: 0, count: 2)
    try mapping.persist(at: 0, count: 2 << 12)
    #expect(isWritten && !isWrittenBehind)
    #expect(behind == nil && before == [0, 0])
    #expect(failure == .badAddress)
  }
}
