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
      #expect(try ConditionFile.record(beside: Backend(path: path))?.condition == condition)
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

  private func record() throws -> ConditionRecord? { try ConditionFile.record(beside: Backend(path: path)) }

  private func write(_ bytes: Data, to path: String) throws { try bytes.write(to: URL(fileURLWithPath: path)) }

  private static let bytes = Data(
    ConditionRecord(generation: 1, condition: DIMMCondition(), isInUse: false).encoded)

  @Test("what is damaged is refused", arguments: ["text", "large"]) func damaged(kind: String) throws {
    try write(kind == "text" ? Data("no record".utf8) : Self.bytes + Data(count: 1 << 20), to: beside)
    #expect(throws: BackendError(FilePath(beside), .conditionDamaged)) { try opened() }
    #expect(throws: BackendError(FilePath(beside), .conditionDamaged)) { try record() }
  }

  @Test("what is no file is passed over, at once, and not replaced", arguments: ["link", "fifo", "folder"])
  func hostile(kind: String) throws {
    switch kind {
    case "link":
      try write(Self.bytes, to: folder.path("target"))
      try FileManager.default.createSymbolicLink(atPath: beside, withDestinationPath: folder.path("target"))
    case "fifo":
      // Safe: the text lives for the call.
      #expect(unsafe mkfifo(beside, 0o666) == 0)
    default: try FileManager.default.createDirectory(atPath: beside, withIntermediateDirectories: false)
    }
    #expect(try record() == nil)
    let file = try opened()
    #expect(file.stored == nil)
    #expect(throws: Errno.fileExists) { try file.keep(DIMMCondition(), isInUse: true) }
  }

  @Test(
    "a file of the backend's owner, root or the caller counts, and no other's",
    .enabled(if: geteuid() == 0, "only root makes files of others"))
  func owners() throws {
    try write(Self.bytes, to: beside)
    #expect(try record() != nil)
    // Safe: the texts live for the calls.
    #expect(unsafe chown(beside, 12345, 12345) == 0)
    #expect(try record() == nil)
    #expect(unsafe chown(folder.path("nv.img"), 12345, 12345) == 0)
    #expect(try record() != nil)
    // A new file belongs to the owner of the backend.
    try FileManager.default.removeItem(atPath: beside)
    try opened().keep(DIMMCondition(), isInUse: true)
    #expect(try FilePath(beside).stat().userID == UserID(rawValue: 12345))
  }
}
