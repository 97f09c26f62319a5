import Foundation
import TestSupport
import Testing

/// Messages for a user who cannot see whether another user has a backend open.
@Suite("vnvdimm-check, of users who see little", .enabled(if: geteuid() == 0, "only root becomes another user"))
struct UnseenUsersTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    let made = try ProgramRun("vnvdimm-create", ["--quiet", "--size", "16M", "nv.img"], in: folder.url)
    try #require(made.status == 0, "\(made.errors)")
    for (name, mode) in [(".", 0o755), ("nv.img", 0o666)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path(name))
    }
  }

  /// Runs the check as the user nobody.
  private func check(_ arguments: String...) throws -> ProgramRun {
    // That user may not be able to enter the build folder.
    let program = folder.path("vnvdimm-check")
    try? FileManager.default.copyItem(
      atPath: ProgramRun.products.appendingPathComponent("vnvdimm-check").path, toPath: program)
    return try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/setpriv"),
      ["--reuid", "65534", "--regid", "65534", "--clear-groups", program] + arguments, in: folder.url)
  }

  @Test("they are told so in one note, and no other verdict") func note() throws {
    let run = try check("nv.img")
    #expect(run.status == 0, "\(run.errors)")
    let fact =
      "it is not known whether another user's process has the backend open: the kernel shows their files only to root"
    #expect(run.text.components(separatedBy: "note: backend-use-unknown: \(fact)\n").count == 2, "\(run.text)")
    #expect(run.text.contains("    hint: sudo vnvdimm-check nv.img\n"))
    // For a fleet, the same message would appear for every backend.
    #expect(try !check("fleet", "nv.img").text.contains("backend-use-unknown"))
    // Root sees all users, and the kernel tells the owner of a file.
    let root = try ProgramRun("vnvdimm-check", ["nv.img"], in: folder.url)
    #expect(!root.text.contains("backend-use-unknown"))
    try FileManager.default.setAttributes([.ownerAccountID: 65534], ofItemAtPath: folder.path("nv.img"))
    #expect(try !check("nv.img").text.contains("backend-use-unknown"))
  }
}
