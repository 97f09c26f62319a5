import Basics
import Foundation
import Storage
import SystemPackage
import TestSupport
import Testing

/// Both ways of making a file give the same result: without a name (O_TMPFILE), and under a hidden one.
@Suite("The creation of a backend", .serialized)
struct BackendCreationTests {
  let folder: TemporaryDirectory

  static let stagings: [BackendCreation.Staging] = [.unnamed, .hidden]

  init() throws { folder = try TemporaryDirectory() }

  private func creation(
    _ name: String = "nv.img", size: UInt64 = 1 << 20, _ preallocation: BackendCreation.Preallocation = .off,
    replaces: Bool = false, staging: BackendCreation.Staging
  ) -> BackendCreation {
    BackendCreation(
      path: FilePath(folder.path(name)), size: size, preallocation: preallocation,
      contents: [(size - 4096, [1, 2, 3]), (8, [8]), (8, [9])],
      replacement: replaces ? .backend(allowsUnseenUsers: false) : .nothing, staging: staging)
  }

  private func expected(size: Int = 1 << 20) -> Data {
    var data = Data(count: size)
    data[8] = 9
    data.replaceSubrange(size - 4096..<size - 4093, with: [1, 2, 3])
    return data
  }

  @Test(arguments: stagings, BackendCreation.Preallocation.allCases)
  func makesAFileOfThatSizeAndContents(
    staging: BackendCreation.Staging, preallocation: BackendCreation.Preallocation
  ) throws {
    // Not a multiple of the 8 MiB that are written at once.
    let size = (9 << 20) + 4096
    var progress: [UInt64] = []
    try creation(size: UInt64(size), preallocation, staging: staging).prepare { progress.append($0) }.publish()
    #expect(try FolderState(of: folder.url).names == ["nv.img"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path("nv.img"))) == expected(size: size))
    let blocks = try FilePath(folder.path("nv.img")).stat().sizeAllocated
    #expect(preallocation == .off ? blocks <= 65536 : blocks >= size)
    #expect(progress == (preallocation == .full ? [8 << 20, UInt64(size)] : []))
  }

  @Test(arguments: stagings) func nothingIsSeenOfItUntilItIsPublished(staging: BackendCreation.Staging) throws {
    let staged = try creation(staging: staging).prepare()
    #expect(!FileManager.default.fileExists(atPath: folder.path("nv.img")))
    _ = consume staged
    #expect(try FolderState(of: folder.url).names == [])
  }

  @Test(arguments: stagings) func aNameThatWasTakenMeanwhileIsNotTakenAway(staging: BackendCreation.Staging) throws {
    let staged = try creation(staging: staging).prepare()
    try Data([7]).write(to: URL(fileURLWithPath: folder.path("nv.img")))
    let before = try FolderState(of: folder.url)
    do throws(BackendError) {
      try staged.publish()
      Issue.record("the name was taken away")
    } catch { #expect(error.reason == .exists) }
    #expect(try FolderState(of: folder.url).names == ["nv.img"])
    if staging == .unnamed { #expect(try FolderState(of: folder.url) == before) }
  }

  @Test(arguments: stagings) func replacesAtTheLastStepAndKeepsTheMode(staging: BackendCreation.Staging) throws {
    let path = folder.path("nv.img")
    try Data([7]).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    let inode = try FilePath(path).stat().inode
    let staged = try creation(replaces: true, staging: staging).prepare()
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([7]))
    #expect(try FilePath(path).stat().inode == inode)
    try staged.publish()
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == expected())
    #expect(try FilePath(path).stat().permissions.rawValue == 0o640)
    #expect(try FolderState(of: folder.url).names == ["nv.img"])
  }

  @Test(arguments: stagings) func replacesNothingToo(staging: BackendCreation.Staging) throws {
    try creation(replaces: true, staging: staging).prepare().publish()
    #expect(try FolderState(of: folder.url).names == ["nv.img"])
  }

  @Test(.enabled(if: getuid() == 0, "only root can give files away"), arguments: stagings)
  func keepsTheOwner(staging: BackendCreation.Staging) throws {
    let path = folder.path("nv.img")
    try Data([7]).write(to: URL(fileURLWithPath: path))
    // Safe: the text lives for the call.
    #expect(unsafe chown(path, 12345, 54321) == 0)
    try creation(replaces: true, staging: staging).prepare().publish()
    let status = try FilePath(path).stat()
    #expect(status.userID.rawValue == 12345)
    #expect(status.groupID.rawValue == 54321)
  }

  @Test(arguments: stagings) func aLongNameLeavesRoomForTheHiddenOne(staging: BackendCreation.Staging) throws {
    let longest = String(repeating: "n", count: 255)
    try creation(longest, staging: staging).prepare().publish()
    try creation(longest, replaces: true, staging: staging).prepare().publish()
    #expect(try FolderState(of: folder.url).names == [longest])
  }

  @Test("a signal while the file has a hidden name ends the program after the name is gone")
  func signal() async throws {
    let path = folder.path("nv.img")
    await #expect(processExitsWith: .signal(SIGTERM)) { [path = path as String] in
      var nothing = sigset_t()
      // Safe: the set lives for the calls.
      unsafe sigemptyset(&nothing)
      unsafe pthread_sigmask(SIG_SETMASK, &nothing, nil)
      let creation = BackendCreation(path: FilePath(path), size: 64 << 20, preallocation: .full, staging: .hidden)
      _ = try creation.prepare { _ in pthread_kill(pthread_self(), SIGTERM) }
    }
    #expect(try FolderState(of: folder.url).names == [])
  }

  @Test func aSizeBeyondTheFileSystemIsAnErrorAndLeavesNothing() throws {
    let path = FilePath(folder.path("nv.img"))
    for size in [UInt64(Int64.max), .max] {
      #expect(throws: BackendError(path, .cannotReserve(size, .fileTooLarge))) {
        try creation(size: size, staging: .hidden).prepare().publish()
      }
    }
    #expect(try FolderState(of: folder.url).names == [])
  }
}
