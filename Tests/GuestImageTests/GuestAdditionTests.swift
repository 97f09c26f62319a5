import Foundation
import GuestImage
import SystemPackage
import TestSupport
import Testing

/// The files that `--add` puts into a guest.
@Suite struct GuestAdditionTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    try FileManager.default.createDirectory(atPath: folder.path("data/deep"), withIntermediateDirectories: true)
    for name in ["text", "data/one", "data/deep/two", "colon:/name"] {
      let url = folder.url.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(name.utf8).write(to: url)
    }
    try FileManager.default.createSymbolicLink(atPath: folder.path("data/link"), withDestinationPath: "deep/two")
    try FileManager.default.copyItem(atPath: "/usr/bin/ndctl", toPath: folder.path("program"))
    try Data("#!/bin/sh\n".utf8).write(to: folder.url.appendingPathComponent("script"))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("script"))
  }

  private func members(_ text: String) throws -> [String] {
    let additions = try GuestAddition.named(text.replacing("@", with: folder.url.path))
    return try GuestImageTests.members(of: Array(GuestImage.archive(additions).joined()))
  }

  @Test(
    "a file goes where it is told, a program on the path, and anything else to the root",
    arguments: [
      ("@/text", ["text"]), ("@/text:/etc/x/name", ["etc/x", "etc/x/name"]), ("@/text:/srv/", ["srv", "srv/text"]),
      ("@/text:relative", ["relative"]), ("@/text:/../../etc/passwd", ["etc/passwd"]),
      ("@/script", ["usr/bin/script"]), ("@/script:/sbin/init", ["usr/bin/init"]), ("@/colon:/name", ["name"]),
      ("@/data", ["data", "data/deep", "data/deep/two", "data/link", "data/one"]),
      ("@/data/:/x", ["x", "x/deep", "x/deep/two", "x/link", "x/one"]),
      ("@/data:/", ["data", "data/deep", "data/deep/two", "data/link", "data/one"]),
    ])
  func places(text: String, expected: [String]) throws { #expect(try members(text) == expected) }

  @Test("a program brings its libraries and their loader")
  func program() throws {
    let found = try members("@/program")
    #expect(found.contains("usr/bin/program"))
    for library in ["libndctl.so.6", "libc.so.6", "ld-linux-x86-64.so.2"] {
      #expect(found.contains { $0.hasSuffix("/\(library)") })
    }
    // In an initramfs that comes before, these may be links.
    #expect(!found.contains("lib") && !found.contains("lib64"))
  }

  @Test("a name is that of an installed program, with the module that it needs, or of a module")
  func names() throws {
    #expect(try GuestAddition.named("nd_blk") == [.module("nd_blk")])
    let xfs = try GuestAddition.named("mkfs.xfs")
    #expect(xfs.count == 2 && xfs.last == .module("xfs"))
    #expect(try members("xfs_io").contains("usr/bin/xfs_io"))
  }

  @Test("what is not there is an error", arguments: ["@/missing", "@/missing:/x", "no.such", "./x", "", ":"])
  func missing(text: String) throws {
    #expect(throws: GuestImageError.self) { try members(text) }
  }

  @Test("a pipe in a folder is an error, and nobody waits for it") func pipe() throws {
    // Safe: the text lives for the call.
    #expect(unsafe mkfifo(folder.path("data/pipe"), 0o600) == 0)
    #expect(throws: GuestImageError.notAFile(FilePath(folder.path("data/pipe")))) { try members("@/data") }
  }
}
