import Foundation
import TestSupport
import Testing

/// However the program is stopped half way, the folder must be as it was before.
@Suite("vnvdimm-create, stopped half way", .serialized)
struct CreateFailureTests {
  let folder: TemporaryDirectory
  static let program = ProgramRun.products.appendingPathComponent("vnvdimm-create").path

  init() throws {
    folder = try TemporaryDirectory()
    try Data("kept".utf8).write(to: folder.url.appendingPathComponent("old.img"))
  }

  /// Runs `script` in the folder; `$create` is the program.
  private func shell(_ script: String, isolated: Bool = false) throws -> ProgramRun {
    let shell = ["/bin/sh", "-c", "create=$0; " + script, Self.program]
    let command = isolated ? Self.isolation + shell : shell
    return try ProgramRun(executable: URL(fileURLWithPath: command[0]), Array(command.dropFirst()), in: folder.url)
  }

  /// Runs a command in a mount namespace of its own: possible for root, and for users if the kernel allows it.
  static let isolation = ["/usr/bin/unshare", "-Urm"]

  static let canIsolate =
    (try? ProgramRun(executable: URL(fileURLWithPath: isolation[0]), [isolation[1], "true"]).status) == 0

  @Test("a limit of the file's size", arguments: ["off", "falloc", "full"], ["new.img", "--overwrite old.img"])
  func fileSizeLimit(preallocation: String, target: String) throws {
    let before = try FolderState(of: folder.url)
    let run = try shell("ulimit -f 1024; exec $create --size 64M --preallocate \(preallocation) \(target)")
    #expect(run.status == 1)
    #expect(run.errors.contains("cannot allocate 69206016 bytes (66 MiB): File too large\n"), "\(run.errors)")
    #expect(run.output.isEmpty)
    #expect(try FolderState(of: folder.url) == before)
  }

  static let fullDisks: [(options: String, message: String)] = [
    ("", "cannot write at 0x4000000: No space left on device"),
    ("--preallocate falloc", "cannot allocate 69206016 bytes (66 MiB): No space left on device"),
    ("--preallocate full", "cannot allocate 69206016 bytes (66 MiB): No space left on device"),
  ]

  @Test(
    "a full disk", .enabled(if: canIsolate, "needs a mount namespace of its own"), arguments: fullDisks,
    ["new.img", "--overwrite old.img"])
  func fullDisk(disk: (options: String, message: String), target: String) throws {
    let run = try shell(
      """
      mkdir disk && mount -t tmpfs -o size=1M none disk && cd disk || exit 99
      echo kept > old.img; cat /dev/zero > filling 2> /dev/null; ls -lAi --full-time > ../before
      $create --size 64M \(disk.options) \(target); status=$?
      ls -lAi --full-time > ../after; cmp ../before ../after && grep -q kept old.img || exit 98
      exit $status
      """, isolated: true)
    #expect(run.status == 1)
    #expect(run.errors.contains(disk.message), "\(run.errors)")
    #expect(run.output.isEmpty)
  }

  @Test("an answer that cannot be given") func fullStandardOutput() throws {
    let before = try FolderState(of: folder.url)
    for target in ["new.img", "--overwrite old.img"] {
      let run = try shell("exec $create --size 64M \(target) > /dev/full")
      #expect(run.status == 1)
      #expect(run.errors == "vnvdimm-create: standard output: No space left on device\n")
    }
    #expect(try FolderState(of: folder.url) == before)
  }

  @Test(
    "killed as soon as the backend has its name: its condition is there", arguments: ["new.img", "--overwrite old.img"])
  func conditionFirst(target: String) throws {
    // An answer that is never read keeps the program from ending.
    let run = try shell(
      """
      for name in \(target); do :; done
      mkfifo pipe && exec 3<>pipe
      for size in 4096 1; do dd if=/dev/zero of=pipe oflag=nonblock bs=$size 2>/dev/null; done
      before=$(stat -c %i $name 2>/dev/null)
      $create --size 64M --error 0x1000+256 \(target) >pipe & program=$!
      until [ "$(stat -c %i $name 2>/dev/null)" != "$before" ]; do kill -0 $program || exit 97; sleep 0.01; done
      kill -9 $program; wait $program
      "$(dirname $create)"/vnvdimm-label-dump $name
      """)
    let answer = String(decoding: run.output, as: UTF8.self)
    #expect(answer.contains("256 bytes cannot be read: 0x1000+0x100"), "\(answer)\(run.errors)")
  }

  @Test("a backend that cannot take its name takes back that of its condition") func nameTaken() throws {
    let before = try FolderState(of: folder.url)
    for target in ["new.img", "--overwrite old.img"] {
      let run = try shell("exec $create --size 64M --error 0 \(target) > /dev/full")
      #expect(run.status == 1)
    }
    #expect(try FolderState(of: folder.url) == before)
  }

  @Test("a plan tells that the file could not be made", .enabled(if: canIsolate, "needs a mount namespace of its own"))
  func planOnReadOnlyDisk() throws {
    let run = try shell(
      """
      mkdir disk && mount -t tmpfs -o size=1M,ro none disk || exit 99
      exec $create --plan --size 64M disk/new.img
      """, isolated: true)
    #expect(run.status == 0)
    #expect(run.errors.contains("would-be-refused: as things are, this would be refused: cannot create: Read-only"))
  }

  @Test("a signal while zeros are written", arguments: [("KILL", 137), ("TERM", 143), ("INT", 130), ("HUP", 129)])
  func signal(name: String, status: Int32) throws {
    let before = try FolderState(of: folder.url)
    for target in ["new.img", "--overwrite old.img"] {
      let run = try shell(
        "exec timeout --preserve-status -s \(name) 0.4 $create --size 4G --preallocate full \(target)")
      #expect(run.status == status, "\(run.errors)")
      #expect(run.output.isEmpty)
    }
    #expect(try FolderState(of: folder.url) == before)
  }
}
