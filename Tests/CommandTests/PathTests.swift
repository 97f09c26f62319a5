import Foundation
import TestSupport
import Testing

/// Anyone who can create a file chooses its name.
@Suite("Hostile paths")
struct PathTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  static let commands = [
    "vnvdimm-check", "vnvdimm-label-dump", "vnvdimm-create --size 64M", "vnvdimm-create --overwrite --size 65M",
    "vnvdimm-check --size 1G", "vnvdimm-label-dump --size 1G",
  ]

  @Test("a name cannot command the terminal, nor pass for a message", arguments: commands)
  func control(command: String) throws {
    let name = "a\u{1b}[2J\nvnvdimm-check: all is well"
    let words = command.split(separator: " ").map(String.init)
    for isThere in [false, true] {
      if isThere { try CheckedFile.length(64 << 20).make(in: folder, name: name) }
      let run = try ProgramRun(words[0], Array(words.dropFirst()) + [name], in: folder.url)
      let text = run.text + run.errors
      #expect(!text.contains("\u{1b}"))
      // Text to be pasted is quoted, and keeps its line breaks.
      let said = text.components(separatedBy: "\nQEMU:")[0].split(separator: "\n").filter { !$0.contains("hint:") }
      #expect(!said.contains { $0.hasPrefix("vnvdimm-check: all is well") && !$0.contains("'") }, "\(text)")
    }
  }

  @Test("a name that is not UTF-8, which would be repaired into another", arguments: commands)
  func notUTF8(command: String) throws {
    let before = try FolderState(of: folder.url)
    let script = "PATH=\(ProgramRun.products.path):$PATH; \(command) \"$(printf 'a\\377.img')\""
    let run = try ProgramRun(executable: URL(fileURLWithPath: "/bin/sh"), ["-c", script], in: folder.url)
    #expect(run.status == 64)
    #expect(run.errors.contains("the path is not UTF-8"))
    #expect(try FolderState(of: folder.url) == before)
  }
}
