import Foundation
import Glibc
import PersistentMemory
import Storage
import SystemPackage
import TestSupport
import Testing

@Suite("The file with the condition of a DIMM") struct ConditionFileTests {
  private let folder: TemporaryDirectory
  private let path: FilePath

  init() throws {
    folder = try TemporaryDirectory()
    path = FilePath(folder.path("nv.img"))
    try Data(count: 1 << 20).write(to: folder.url.appendingPathComponent("nv.img"))
  }

  private var beside: String { folder.path(".nv.img.vnvdimm-dimm") }

  private func opened() throws -> ConditionFile {
    let backend = try Backend(path: path, access: .readWrite)
    return try #require(try ConditionFile.open(beside: backend))
  }

  @Test("there is none before there is something to keep; then there is one, and it is found again") func life() throws
  {
    let file = try opened()
    #expect(file.stored == nil)
    #expect(!FileManager.default.fileExists(atPath: beside))
    var condition = DIMMCondition()
    for line in 0..<4 as Range<UInt64> {
      _ = condition.errors.insert(line * 4096..<line * 4096 + 1)
      try file.keep(condition, isInUse: true)
      #expect(try ConditionFile.record(of: path, owner: UserID(rawValue: geteuid()))?.condition == condition)
    }
    try file.keep(condition, isInUse: false)
    let again = try opened()
    #expect(again.stored?.condition == condition)
    #expect(again.stored?.isInUse == false)
    #expect(again.isKept)
  }

  @Test("a name that somebody took meanwhile is not replaced") func taken() throws {
    let file = try opened()
    try Data([1]).write(to: URL(fileURLWithPath: beside))
    #expect(throws: Errno.fileExists) { try file.keep(DIMMCondition(), isInUse: true) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: beside)) == Data([1]))
  }

  @Test(
    "what stands there and is no such file is refused, at once", arguments: ["link", "fifo", "folder", "text", "large"])
  func hostile(kind: String) throws {
    let target = folder.path("target")
    try Data(ConditionRecord(generation: 1, condition: DIMMCondition(), isInUse: false).encoded)
      .write(to: URL(fileURLWithPath: target))
    switch kind {
    case "link": try FileManager.default.createSymbolicLink(atPath: beside, withDestinationPath: target)
    case "fifo":
      // Safe: the text lives for the call.
      #expect(unsafe mkfifo(beside, 0o666) == 0)
    case "folder": try FileManager.default.createDirectory(atPath: beside, withIntermediateDirectories: false)
    case "text": try Data("no record".utf8).write(to: URL(fileURLWithPath: beside))
    default:
      try (try Data(contentsOf: URL(fileURLWithPath: target)) + Data(count: 1 << 20))
        .write(to: URL(fileURLWithPath: beside))
    }
    #expect(throws: BackendError.self) { try opened() }
    #expect(throws: BackendError.self) {
      try ConditionFile.record(of: path, owner: UserID(rawValue: geteuid()))
    }
  }
}
