import Foundation
import TestSupport
import Testing

/// The completions are those that the programs give, and shells make of them what a user expects.
@Suite("Completions")
struct CompletionTests {
  static let folder = Corpus.folder.appendingPathComponent("../../completions")
  static let programs = EveryProgramTests.programs.filter {
    $0 != "vnvdimm" && !ManPageTests.undescribed.contains($0)
  }

  /// Where the completions of `program` for a shell are kept.
  static func files(of program: String) -> [String: String] {
    ["bash": program, "zsh": "_" + program, "fish": program + ".fish"]
  }

  @Test("they are what the program generates; `make completions` brings them up to date", arguments: programs)
  func drift(program: String) throws {
    for (shell, name) in Self.files(of: program) {
      let script = try ProgramRun(program, ["--generate-completion-script", shell]).text
      // See the Makefile: a verb `help` that there is not.
      let lines = script.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
        !["-W 'help'", "-fa 'help'", ":->command'", ":->arg'"].contains { line.contains($0) }
      }
      let file = Self.folder.appendingPathComponent(shell).appendingPathComponent(name)
      #expect(try String(contentsOf: file, encoding: .utf8) == lines.joined(separator: "\n"), "\(file.path)")
    }
  }

  @Test(
    "bash completes options, values and paths",
    arguments: [
      ("vnvdimm-check --js", "--json"), ("vnvdimm-check --arch s", "s390x"), ("vnvdimm-check n", "nv.img"),
      ("vnvdimm-create --preallocate fu", "full"), ("vnvdimm-label-dump --raw n", "nv.img"),
    ])
  func bash(line: String, completion: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let folder = try TemporaryDirectory()
    try Data().write(to: folder.url.appendingPathComponent("nv.img"))
    // What readline does on a tab key.
    let script = """
      PATH=\(ProgramRun.products.path):$PATH
      source \(Self.folder.path)/bash/\(words[0])
      COMP_WORDS=(\(line)) COMP_CWORD=\(words.count - 1) COMP_LINE='\(line)' COMP_POINT=\(line.utf8.count)
      _\(words[0]) \(words[0]) \(words[words.count - 1]) \(words[words.count - 2])
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/bash"), ["-O", "extglob", "-c", script], in: folder.url)
    #expect(run.text == completion + "\n")
  }
}
