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
    let hasVerbs = ManPageTests.verbs.contains { $0.program == program }
    for (shell, name) in Self.files(of: program) {
      let script = try ProgramRun(program, ["--generate-completion-script", shell]).text
      // See the Makefile: a verb `help` that there is not.
      let lines = script.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
        hasVerbs || !["-W 'help'", "-fa 'help'", ":->command'", ":->arg'"].contains { line.contains($0) }
      }
      // And an argument that keeps zsh from its options.
      let text = lines.joined(separator: "\n").replacing("        ':size:'\n", with: "        ':size:( )'\n")
      let file = Self.folder.appendingPathComponent(shell).appendingPathComponent(name)
      #expect(try String(contentsOf: file, encoding: .utf8) == text, "\(file.path)")
    }
  }

  @Test("those of emulate have all its options", arguments: ["bash/vnvdimm", "zsh/_vnvdimm", "fish/vnvdimm.fish"])
  func emulate(file: String) throws {
    let script = try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
    let words = Set(script.split { !$0.isLetter && $0 != "-" }.map(String.init))
    for option in try ManPage("vnvdimm-emulate.1").options {
      let name = option.drop { $0 == "-" }
      // fish has the name alone, behind the kind of its dashes.
      let forms = option.hasPrefix("--") ? ["-l \(name) "] : ["-s \(name) ", "-o \(name) "]
      #expect(file.hasPrefix("fish") ? forms.contains { script.contains($0) } : words.contains(option), "\(option)")
    }
  }

  /// What is typed, and the one way to go on.
  static let lines: [(line: String, completion: String)] = [
    ("vnvdimm-check --js", "--json"), ("vnvdimm-check --arch s", "s390x"), ("vnvdimm-check n", "nv.img"),
    ("vnvdimm-create --preallocate fu", "full"), ("vnvdimm-label-dump --raw n", "nv.img"),
    ("vnvdimm-resize-guard ver", "verify"), ("vnvdimm-resize-guard verify n", "nv.img"),
    ("vnvdimm-resize-guard plan --allow", "--allow-shrink"), ("vnvdimm resize-guard plan --arch s", "s390x"),
    ("vnvdimm la", "label-dump"), ("vnvdimm check --arch s", "s390x"), ("vnvdimm check n", "nv.img"),
    ("vnvdimm emulate --eng", "--engine"), ("vnvdimm emulate --engine q", "qemu"),
    ("vnvdimm emulate --nvdimm n", "nv.img"), ("vnvdimm doc", "doctor"), ("vnvdimm doctor --j", "--json"),
    ("vnvdimm emulate -d ho", "hotplug"),
  ]

  /// A folder with one file in it, and the output of a shell there.
  static func run(_ shell: String, _ arguments: [String]) throws -> String {
    let folder = try TemporaryDirectory()
    try Data().write(to: folder.url.appendingPathComponent("nv.img"))
    let environment = ["PATH=\(ProgramRun.products.path):/usr/bin:/bin", "HOME=\(folder.url.path)"]
    let env = URL(fileURLWithPath: "/usr/bin/env")
    return try ProgramRun(executable: env, environment + [shell] + arguments, in: folder.url).text
  }

  @Test("bash completes verbs, options, values and paths", arguments: lines)
  func bash(line: String, completion: String) throws {
    let words = line.split(separator: " ").map(String.init)
    // What readline does on a tab key.
    let script = """
      source \(Self.folder.path)/bash/\(words[0])
      COMP_WORDS=(\(line)) COMP_CWORD=\(words.count - 1) COMP_LINE='\(line)' COMP_POINT=\(line.utf8.count)
      _\(words[0]) \(words[0]) \(words[words.count - 1]) \(words[words.count - 2])
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    #expect(try Self.run("bash", ["-O", "extglob", "-c", script]) == completion + "\n")
  }

  @Test(
    "fish completes the same", .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/fish")), arguments: lines)
  func fish(line: String, completion: String) throws {
    let script = "set fish_complete_path \(Self.folder.path)/fish; complete -C '\(line)'"
    let output = try Self.run("fish", ["--no-config", "-c", script])
    // Each line is a completion, and behind a tab what it means.
    #expect(output.split(separator: "\n").map { $0.prefix { $0 != "\t" } } == [completion[...]])
  }

  /// A shell on a terminal of its own; ^X writes down what the line has become, and begins another.
  private static let zsh = #"""
    zmodload zsh/zpty
    cat >rc <<END
    fpath=($1 \$fpath)
    autoload -U compinit; compinit -D -u
    dump() { print -r -- "\$BUFFER" >>answer; BUFFER= }
    zle -N dump
    bindkey "^X" dump; bindkey "^I" complete-word
    print ready >answer
    END
    shift
    zpty shell env TERM=xterm zsh -f -i
    zpty -w shell 'source ./rc'
    number=1
    wait() { repeat 400; do [[ -e answer && $(wc -l <answer) -ge $1 ]] && return; zpty -r -t shell out; sleep 0.05; done }
    wait 1
    for line; do
      zpty -w -n shell "$line"$'\t\x18'
      (( number += 1 )); wait $number
    done
    zpty -d shell
    cat answer
    """#

  @Test("zsh completes the same", .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/zsh")))
  func zsh() throws {
    let output = try Self.run(
      "zsh", ["-f", "-c", Self.zsh, "zsh", "\(Self.folder.path)/zsh"] + Self.lines.map(\.line))
    let expected = Self.lines.map { line, completion in
      String(line.prefix(through: line.lastIndex(of: " ") ?? line.startIndex)) + completion
    }
    #expect(
      output.split(separator: "\n").dropFirst().map { String($0).trimmingCharacters(in: .whitespaces) } == expected)
  }
}
