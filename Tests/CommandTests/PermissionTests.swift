import Foundation
import TestSupport
import Testing

/// A user without permission gets a clear message, and nothing changes.
@Suite("Every program without permission")
struct PermissionTests {
  private let folder: TemporaryDirectory

  /// Makes an unreadable backend and a folder that is not writable.
  init() throws {
    folder = try TemporaryDirectory()
    let made = try ProgramRun("vnvdimm-create", ["--quiet", "--size", "16M", "nv.img"], in: folder.url)
    try #require(made.status == 0, "\(made.errors)")
    try FileManager.default.createDirectory(atPath: folder.path("folder"), withIntermediateDirectories: false)
    for (name, mode) in [("nv.img", 0), ("folder", 0o555)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path(name))
    }
  }

  /// Runs the command as a user, or as root without the capabilities that bypass permissions.
  private func run(_ command: String) throws -> ProgramRun {
    let words = command.split(separator: " ").map(String.init)
    let program = ProgramRun.products.appendingPathComponent(words[0]).path
    let bound = ["/usr/bin/setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    let line = (geteuid() == 0 ? bound : []) + [program] + words.dropFirst()
    return try ProgramRun(executable: URL(fileURLWithPath: line[0]), Array(line.dropFirst()), in: folder.url)
  }

  @Test(
    "to read the backend",
    arguments: [
      "vnvdimm-check nv.img", "vnvdimm-label-dump nv.img", "vnvdimm-label-dump --raw nv.img",
      "vnvdimm-migrate-labels move nv.img 1", "vnvdimm-migrate-labels move nv.img 1 --plan",
      "vnvdimm-resize-guard plan nv.img 32M", "vnvdimm emulate --engine qemu --nvdimm nv.img",
    ])
  func unreadable(command: String) throws {
    let before = try FolderState(of: folder.url)
    let run = try run(command)
    // QEMU would not start with it, which is a graver finding.
    #expect(run.status == (command.hasPrefix("vnvdimm-check") ? 2 : 1))
    #expect(run.errors.contains(": nv.img: cannot open: Permission denied\n"), "\(run.errors)")
    #expect(try FolderState(of: folder.url) == before)
  }

  @Test("to make one") func unwritableFolder() throws {
    let before = try FolderState(of: folder.url)
    let run = try run("vnvdimm-create --size 16M folder/new.img")
    #expect(run.status == 1)
    #expect(
      run.errors
        == "vnvdimm-create: folder/new.img: cannot create: Permission denied\nhint: namei -l folder/new.img\n")
    #expect(try FolderState(of: folder.url) == before)
  }

  @Test("to keep its layout fingerprint") func unsealable() throws {
    let made = try ProgramRun("vnvdimm-create", ["--quiet", "--size", "16M", "ro.img"], in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder.path("ro.img"))
    let run = try run("vnvdimm-resize-guard seal ro.img")
    #expect(run.status == 1)
    #expect(
      run.errors
        == "vnvdimm-resize-guard: ro.img: cannot keep the layout fingerprint: Permission denied\n"
        + "hint: namei -l ro.img\n")
  }

  @Test("to write anywhere but behind the end", .enabled(if: geteuid() == 0, "only root makes such files"))
  func appendOnly() throws {
    let made = try ProgramRun("vnvdimm-create", ["--quiet", "--size", "16M", "log.img"], in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
    let mark = { (attribute: String) throws in
      try ProgramRun(
        executable: URL(fileURLWithPath: "/usr/bin/chattr"), [attribute, "log.img"], in: folder.url)
    }
    // Not every file system supports the attribute.
    guard try mark("+a").status == 0 else { return }
    defer { _ = try? mark("-a") }
    let check = try ProgramRun("vnvdimm-check", ["log.img"], in: folder.url)
    #expect(check.status == 2)
    #expect(check.text.contains("can't open backing store log.img for guest RAM: Operation not permitted"))
    let change = try ProgramRun("vnvdimm-migrate-labels", ["move", "log.img", "1"], in: folder.url)
    #expect(
      (change.status, change.errors)
        == (1, "vnvdimm-migrate-labels: log.img: cannot open: Operation not permitted\nhint: lsattr -d log.img\n"))
  }
}
