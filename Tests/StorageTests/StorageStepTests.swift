import Basics
import Foundation
import LabelChange
import PersistentMemory
import Storage
import SystemPackage
import TestSupport
import Testing

/// Steps on real files, and other processes that may use the files meanwhile.
@Suite("Storage steps")
struct StorageStepTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func file(_ bytes: [UInt8], _ name: String = "nv.img") throws -> FilePath {
    let path = folder.path(name)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return FilePath(path)
  }

  private func contents(_ path: FilePath) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: path.string)))
  }

  @Test("writes, flushes and lengths are carried out") func steps() throws {
    let path = try file([UInt8](repeating: 1, count: 8192))
    let backend = try Backend(path: path, access: .readWrite)
    try backend.carryOut([
      .resize(length: 12288), .flush, .write(offset: 8190, bytes: [2, 3, 4]), .flush, .resize(length: 8194), .flush,
    ])
    #expect(try contents(path) == [UInt8](repeating: 1, count: 8190) + [2, 3, 4, 0])
  }

  @Test("bytes by way of a mapping, as a DAX device takes them") func mapped() throws {
    let path = try file([UInt8](repeating: 1, count: 16384))
    let descriptor = try FileDescriptor.open(path, .readWrite)
    defer { try? descriptor.close() }
    try descriptor.writeMapped([9, 8, 7], at: 8191, alignment: 4096)
    var expected = [UInt8](repeating: 1, count: 16384)
    expected.replaceSubrange(8191..<8194, with: [9, 8, 7])
    #expect(try contents(path) == expected)
    #expect(try descriptor.mappedBytes(at: 8191, count: 3, alignment: 4096) == [9, 8, 7])
  }

  @Test("after any step of a change that moves the area, the next run brings it to its end") func unfinished() throws {
    let old = try LabelArea.initialised(.v1_2, size: 4096).array
    let new = try LabelArea.initialised(.v1_1, size: 8192).array
    let data = [UInt8](repeating: 7, count: 16384)
    let change = LabelAreaChange(
      before: LabelAreaPlacement(offset: 16384, bytes: SparseBytes(old)),
      after: LabelAreaPlacement(offset: 16384, bytes: SparseBytes(new)),
      lengthBefore: 20480, lengthAfter: 24576)
    let steps = try LabelTransaction(change, canGrow: true).steps
    for count in 0...steps.count {
      let path = try file(data + old)
      try Backend(path: path, access: .readWrite).carryOut(Array(steps[..<count]))
      let backend = try Backend(path: path, access: .readWrite)
      let unfinished = try backend.unfinishedChange()
      if let unfinished { try backend.carryOut(unfinished.steps) }
      let isNew = unfinished.map { $0.direction == .forward } ?? (count == steps.count || count == steps.count - 1)
      #expect(try contents(path) == data + (isNew ? new : old), "after \(count) steps")
    }
  }

  @Test("an exclusive lock keeps everybody else of the suite away, a shared one the changes") func locks() throws {
    let path = try file([UInt8](repeating: 0, count: 4096))
    do {
      let first = try Backend(path: path, access: .readWrite)
      try first.lock(.exclusive)
      for lock in [Backend.Lock.exclusive, .shared] {
        #expect(throws: BackendError(path, .inUse("another program of this suite"))) {
          try Backend(path: path).lock(lock)
        }
      }
    }
    // A program that another test starts at this moment holds the first lock until it is executed.
    let shared = try file([UInt8](repeating: 0, count: 4096), "shared.img")
    let guest = try Backend(path: shared)
    try guest.lock(.shared)
    try Backend(path: shared).lock(.shared)
    #expect(throws: BackendError.self) { try Backend(path: shared).lock(.exclusive) }
    withExtendedLifetime(guest) {}
  }

  @Test("a process that has the file open is found, and none is when it has ended") func users() throws {
    let path = try file([UInt8](repeating: 0, count: 4096))
    #expect(try Backend(path: path).users().isEmpty)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/cat")
    let input = Pipe()
    process.standardInput = input
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: path.string))
    try process.run()
    let users = try Backend(path: path).users()
    #expect(users == [HostState.User(process: Int(process.processIdentifier), name: "cat")])
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(try Backend(path: path).users().isEmpty)
    // This process itself does not count as another user.
    let own = try FileDescriptor.open(path, .readOnly)
    #expect(try Backend(path: path).users().isEmpty)
    try own.close()
  }
}
