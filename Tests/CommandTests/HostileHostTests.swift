import Foundation
import SystemPackage
import TestSupport
import Testing

/// Files that another user on the host leaves in the way of a program that root runs.
@Suite("Nobody hangs or steers root", .enabled(if: geteuid() == 0, "only root makes files of others"), .serialized)
struct HostileHostTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    let made = try ProgramRun("vnvdimm-create", ["--quiet", "--size", "32M", "nv.img"], in: folder.url)
    try #require(made.status == 0, "\(made.errors)")
  }

  /// Returns the exit status of `command`, or `nil` if it hangs.
  private func status(_ command: String) throws -> Int32? {
    let words = command.replacing("nv.img", with: folder.path("nv.img")).split(separator: " ").map(String.init)
    return try RunningProgram(words[0], Array(words.dropFirst())).status(within: 20)
  }

  static let commands = [
    "vnvdimm-check nv.img", "vnvdimm-check fleet nv.img", "vnvdimm-label-dump nv.img",
    "vnvdimm-resize-guard plan nv.img +16M", "vnvdimm-resize-guard apply nv.img +16M",
    "vnvdimm-migrate-labels move nv.img 1",
  ]

  @Test("a fifo in the place of the fingerprint is none", arguments: commands) func fifo(command: String) throws {
    // Safe: the text lives for the call.
    #expect(unsafe mkfifo(folder.path(".nv.img.vnvdimm-layout"), 0o666) == 0)
    #expect(try status(command) == 0)
    #expect(try status("vnvdimm-resize-guard verify nv.img") == 1)
  }

  @Test("a fingerprint beside the backend counts where the owner of the backend, root or the caller made it")
  func foreignFingerprint() throws {
    let sidecar = folder.path(".nv.img.vnvdimm-layout")
    let sealed = try ProgramRun(
      "vnvdimm-resize-guard", ["seal", "--quiet", "--sidecar", sidecar, folder.path("nv.img")])
    #expect(sealed.status == 0, "\(sealed.errors)")
    #expect(try status("vnvdimm-resize-guard verify nv.img") == 0)
    // Safe: the texts live for the calls.
    #expect(unsafe chown(sidecar, 12345, 12345) == 0)
    #expect(try status("vnvdimm-resize-guard verify nv.img") == 1)
    #expect(unsafe chown(folder.path("nv.img"), 12345, 12345) == 0)
    #expect(try status("vnvdimm-resize-guard verify nv.img") == 0)
    // A link to a place that only the caller may read is not followed.
    try FileManager.default.moveItem(atPath: sidecar, toPath: folder.path("elsewhere"))
    try FileManager.default.createSymbolicLink(atPath: sidecar, withDestinationPath: folder.path("elsewhere"))
    #expect(try status("vnvdimm-resize-guard verify nv.img") == 1)
  }

  @Test(
    "a process that has a file of a mount which does not answer is looked past",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/fuse"), "needs FUSE"))
  func deadMount() throws {
    let mount = folder.path("mount")
    try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: false)
    // A file system whose server never answers a request.
    let server = try FileDescriptor.open(FilePath("/dev/fuse"), .readWrite, options: .closeOnExec)
    defer { try? server.close() }
    let options = "fd=\(server.rawValue),rootmode=40000,user_id=0,group_id=0"
    // Safe: the texts live for the calls.
    let mounted = unsafe options.withCString { unsafe Glibc.mount("test", mount, "fuse", 0, $0) }
    try #require(mounted == 0)
    defer { _ = unsafe umount2(mount, Int32(MNT_DETACH)) }
    // With O_PATH, since opening one of its files would already send a request.
    let file = try FileDescriptor.open(
      FilePath(mount), .readOnly, options: [.closeOnExec, FileDescriptor.OpenOptions(rawValue: 0o10000000)])
    defer { try? file.close() }
    let backend = try FileDescriptor.open(FilePath(folder.path("nv.img")), .readOnly, options: .closeOnExec)
    for (command, expected) in [
      ("vnvdimm-check nv.img", 3), ("vnvdimm-check fleet nv.img", 3), ("vnvdimm-migrate-labels move nv.img 1", 2),
      ("vnvdimm-resize-guard apply nv.img +16M", 2),
    ] {
      #expect(try status(command) == Int32(expected), "\(command)")
    }
    try backend.close()
    #expect(try status("vnvdimm-migrate-labels move nv.img 1") == 0)
  }
}

/// The kernel handles the crash of a program.
@Suite("A program that crashes")
struct CrashTests {
  private static let signals = [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV]

  @Test("starts nothing of the folder that it was called in", arguments: [SIGILL, SIGSEGV, SIGABRT])
  func planted(signal: Int32) throws {
    let folder = try TemporaryDirectory()
    let names = ["libexec/swift/linux", "libexec/swift", "bin", "."]
    let architecture = try ProgramRun(executable: URL(fileURLWithPath: "/usr/bin/uname"), ["-m"]).text.dropLast()
    for name in names.flatMap({ [$0, "\($0)/\(architecture)"] }) {
      let place = folder.url.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      let program = place.appendingPathComponent("swift-backtrace")
      try Data("#!/bin/sh\ntouch \(folder.path("ran"))\n".utf8).write(to: program)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
    }
    // Started by its bare name, the program waits for paths that never come.
    let script = """
      exec 2>/dev/null; mkfifo list; sleep 60 >list & sleeper=$!
      PATH=\(ProgramRun.products.path):$PATH; vnvdimm-check fleet --paths-from list & program=$!
      until [ -n "$(find /proc/$program/fd -lname '*/list')" ]; do sleep 0.01; done
      grep SigCgt: /proc/$program/status; kill -\(signal) $program; wait $program; echo $?; kill $sleeper
      """
    let run = try ProgramRun(executable: URL(fileURLWithPath: "/bin/bash"), ["-c", script], in: folder.url)
    let lines = run.text.split(separator: "\n")
    try #require(lines.count == 2, "\(run.text)")
    let caught = try #require(UInt64(lines[0].split(separator: "\t")[1], radix: 16))
    for number in Self.signals { #expect(caught >> UInt64(number - 1) & 1 == 0, "signal \(number)") }
    #expect(lines[1] == "\(128 + signal)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("ran")))
  }
}
