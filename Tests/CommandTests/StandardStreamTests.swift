import Foundation
import TestSupport
import Testing

/// A failure to write output is reported as a failure, never as a usage error.
@Suite("Standard streams", .serialized)
struct StandardStreamTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    let run = try ProgramRun("vnvdimm-create", ["--size", "64M", "nv.img"], in: folder.url)
    try #require(run.status == 0)
  }

  /// Commands that print an answer.
  static let commands = [
    "vnvdimm", "vnvdimm emulate --help", "vnvdimm emulate --nvdimm nv.img -dump-acpi .", "vnvdimm-check nv.img",
    "vnvdimm-check --json nv.img", "vnvdimm-create --plan --size 64M new.img", "vnvdimm-create --size 64M new.img",
    "vnvdimm-create --json --size 64M new.img", "vnvdimm-create --overwrite --size 32M nv.img",
    "vnvdimm-label-dump nv.img", "vnvdimm-label-dump --json nv.img", "vnvdimm-label-dump --raw nv.img",
  ]

  /// Runs `script` in the folder, with the programs on its path.
  private func shell(_ script: String) throws -> ProgramRun {
    let path = "PATH=\(ProgramRun.products.path):$PATH\n"
    return try ProgramRun(executable: URL(fileURLWithPath: "/bin/bash"), ["-c", path + script], in: folder.url)
  }

  @Test("a full disk, or nobody there, behind standard output", arguments: commands)
  func unwritable(command: String) throws {
    let before = try FolderState(of: folder.url)
    let program = command.hasPrefix("vnvdimm emulate") ? "vnvdimm emulate" : command.split(separator: " ")[0]
    for (target, reason) in [("/dev/full", "No space left on device"), ("&-", "Bad file descriptor")] {
      let run = try shell("\(command) >\(target)")
      #expect(run.status == 1)
      #expect(run.errors == "\(program): standard output: \(reason)\n")
      if !command.contains("-dump-acpi") { #expect(try FolderState(of: folder.url) == before) }
    }
  }

  @Test("a reader that has gone ends create as a signal does, and nothing is left")
  func pipe() throws {
    let before = try FolderState(of: folder.url)
    for target in ["new.img", "--overwrite nv.img"] {
      // The program starts after the reader has gone, with SIGPIPE at its default even if the parent ignores it.
      let run = try shell(
        """
        { sleep 0.3; env --default-signal=PIPE vnvdimm-create --size 32M \(target); echo $? >&2; } | true
        exit ${PIPESTATUS[0]}
        """)
      #expect(run.errors == "141\n")
      #expect(try FolderState(of: folder.url) == before)
    }
  }

  @Test("no stream at all: what is said does not get into the file")
  func closed() throws {
    #expect(try shell("vnvdimm-create --size 64M --labels blank new.img <&- >&- 2>&-").status == 1)
    #expect(try FolderState(of: folder.url).names == ["nv.img"])
    #expect(try shell("vnvdimm-create --quiet --size 64M new.img <&- >&- 2>&-").status == 0)
    let same = try shell("vnvdimm-create --quiet --size 64M same.img; cmp new.img same.img")
    #expect(same.status == 0, "\(same.text)")
  }

  @Test("a name that is taken at the last moment: one JSON document, and the other file stays")
  func published() throws {
    let run = try shell(
      """
      vnvdimm-create --json --preallocate full --size 2G new.img & sleep 0.2
      [ -e new.img ] || echo kept >new.img
      wait $!
      """)
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("vnvdimm-create: new.img: the file exists already\n"))
    let document = try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any])
    #expect(document["error"] is [String: Any])
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("new.img")) == Data("kept\n".utf8))
  }
}
