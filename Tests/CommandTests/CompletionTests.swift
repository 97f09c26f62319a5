import Foundation
import QEMU
import TestSupport
import Testing

/// The stored completions are those that the programs generate, and shells complete them the way a user expects.
@Suite("Completions")
struct CompletionTests {
  static let folder = Corpus.folder.appendingPathComponent("../../completions")
  static let programs = EveryProgramTests.programs.filter {
    $0 != "vnvdimm" && !ManPageTests.undescribed.contains($0)
  }

  /// Returns the stored completion files of `program`, by shell.
  static func files(of program: String) -> [String: String] {
    ["bash": program, "zsh": "_" + program, "fish": program + ".fish"]
  }

  @Test("they are what the program generates; `make completions` brings them up to date", arguments: programs)
  func drift(program: String) throws {
    let hasVerbs = ManPageTests.verbs.contains { $0.program == program }
    for (shell, name) in Self.files(of: program) {
      let script = try ProgramRun(program, ["--generate-completion-script", shell])
      // See the Makefile: the generated verb `help` does not exist.
      let lines = script.text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
        hasVerbs || !["-W 'help'", "-fa 'help'", ":->command'", ":->arg'"].contains { line.contains($0) }
      }
      let text = try Self.changed(Data(lines.joined(separator: "\n").utf8))
      let file = Self.folder.appendingPathComponent(shell).appendingPathComponent(name)
      #expect(try String(contentsOf: file, encoding: .utf8) == text, "\(file.path)")
    }
  }

  /// Returns `script` with the project's changes applied.
  private static func changed(_ script: Data) throws -> String {
    let changes = folder.appendingPathComponent("changes.sed").path
    return try ProgramRun(executable: URL(fileURLWithPath: "/bin/sed"), ["-E", "-f", changes], input: script).text
  }

  @Test("those of emulate have all its options", arguments: ["bash/vnvdimm", "zsh/_vnvdimm", "fish/vnvdimm.fish"])
  func emulate(file: String) throws {
    let script = try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
    let words = Set(script.split { !$0.isLetter && $0 != "-" }.map(String.init))
    for option in try ManPage("vnvdimm-emulate.1").options {
      let name = option.drop { $0 == "-" }
      // fish has the bare name, after a flag for its kind of dashes.
      let forms = option.hasPrefix("--") ? ["-l \(name) "] : ["-s \(name) ", "-o \(name) "]
      #expect(file.hasPrefix("fish") ? forms.contains { script.contains($0) } : words.contains(option), "\(option)")
    }
  }

  @Test(
    "those of emulate have the keys of its NVDIMMs", arguments: ["bash/vnvdimm", "zsh/_vnvdimm", "fish/vnvdimm.fish"])
  func keys(file: String) throws {
    let script = try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
    let words = Set(script.split { !$0.isLetter && $0 != "-" && $0 != "=" }.map(String.init))
    #expect(DialectKeys.shortDevice.filter { !words.contains($0 + "=") } == [])
  }

  /// The text typed before the tab key and the line that the key turns it into. The folder has one file, `nv.img`.
  static let lines: [(line: String, completion: String)] = [
    ("vnvdimm-check --js", "vnvdimm-check --json"), ("vnvdimm-check --arch s", "vnvdimm-check --arch s390x"),
    ("vnvdimm-check n", "vnvdimm-check nv.img"),
    ("vnvdimm-check do", "vnvdimm-check domain"), ("vnvdimm-check domain --al", "vnvdimm-check domain --allow"),
    ("vnvdimm-check domain n", "vnvdimm-check domain nv.img"),
    ("vnvdimm-check fleet --json n", "vnvdimm-check fleet --json nv.img"),
    ("vnvdimm-check fleet --paths", "vnvdimm-check fleet --paths-from"),
    ("vnvdimm-check command --hot", "vnvdimm-check command --hotplug"),
    ("vnvdimm-check hook --ti", "vnvdimm-check hook --timeout"),
    ("vnvdimm-check --json --deny btt", "vnvdimm-check --json --deny btt-refused"),
    ("vnvdimm-create --preallocate fu", "vnvdimm-create --preallocate full"),
    ("vnvdimm-create --namespace de", "vnvdimm-create --namespace devdax"),
    ("vnvdimm-create --namespace fsdax,al", "vnvdimm-create --namespace fsdax,align="),
    ("vnvdimm-create --namespace fsdax,size=1G,map=m", "vnvdimm-create --namespace fsdax,size=1G,map=mem"),
    ("vnvdimm-create --namespace sector,sec", "vnvdimm-create --namespace sector,sector-size="),
    (
      "vnvdimm-migrate-labels add nv.img --namespace devdax,map=d",
      "vnvdimm-migrate-labels add nv.img --namespace devdax,map=dev"
    ),
    ("vnvdimm create --namespace raw,na", "vnvdimm create --namespace raw,name="),
    ("vnvdimm-resize-guard run nv.img -- vnvdimm-lab", "vnvdimm-resize-guard run nv.img -- vnvdimm-label-dump"),
    ("vnvdimm-check command -- vnvdimm-lab", "vnvdimm-check command -- vnvdimm-label-dump"),
    ("vnvdimm-create --size 16", "vnvdimm-create --size 16G"),
    ("vnvdimm-create --label-size 1", "vnvdimm-create --label-size 128K"),
    ("vnvdimm-create --size 64M n", "vnvdimm-create --size 64M nv.img"),
    ("vnvdimm-check --qemu-version 2.1", "vnvdimm-check --qemu-version 2.1"),
    ("vnvdimm-check --qemu-version 10.1", "vnvdimm-check --qemu-version 10.1"),
    ("vnvdimm-check --qemu-version 5.0 --align 16", "vnvdimm-check --qemu-version 5.0 --align 16M"),
    ("vnvdimm-label-dump --raw n", "vnvdimm-label-dump --raw nv.img"),
    ("vnvdimm-label-dump --svg out --slot 1 n", "vnvdimm-label-dump --svg out --slot 1 nv.img"),
    ("vnvdimm-migrate-labels convert nv.img 1.1 --back", "vnvdimm-migrate-labels convert nv.img 1.1 --backup"),
    ("vnvdimm-migrate-labels init nv.img a", "vnvdimm-migrate-labels init nv.img auto"),
    ("vnvdimm-migrate-labels restore n", "vnvdimm-migrate-labels restore nv.img"),
    ("vnvdimm-resize-guard ver", "vnvdimm-resize-guard verify"),
    ("vnvdimm-resize-guard verify n", "vnvdimm-resize-guard verify nv.img"),
    ("vnvdimm-resize-guard plan --allow", "vnvdimm-resize-guard plan --allow-shrink"),
    (
      "vnvdimm-resize-guard seal --qemu-version 6.2 --label-size n",
      "vnvdimm-resize-guard seal --qemu-version 6.2 --label-size none"
    ),
    ("vnvdimm resize-guard plan --arch s", "vnvdimm resize-guard plan --arch s390x"),
    ("vnvdimm la", "vnvdimm label-dump"), ("vnvdimm check --arch s", "vnvdimm check --arch s390x"),
    ("vnvdimm check n", "vnvdimm check nv.img"), ("vnvdimm check fl", "vnvdimm check fleet"),
    ("vnvdimm create --size 16", "vnvdimm create --size 16G"),
    ("vnvdimm emulate --eng", "vnvdimm emulate --engine"),
    ("vnvdimm emulate --engine q", "vnvdimm emulate --engine qemu"),
    ("vnvdimm emulate --nvdimm n", "vnvdimm emulate --nvdimm nv.img"), ("vnvdimm doc", "vnvdimm doctor"),
    ("vnvdimm comp", "vnvdimm compare"), ("vnvdimm compare --label-size n", "vnvdimm compare --label-size none"),
    ("vnvdimm compare --js", "vnvdimm compare --json"), ("vnvdimm li", "vnvdimm list"),
    ("vnvdimm list --ti", "vnvdimm list --timeout"),
    ("vnvdimm conf", "vnvdimm config"), ("vnvdimm config --only dev", "vnvdimm config --only device"),
    ("vnvdimm config --js", "vnvdimm config --json"),
    ("vnvdimm doctor --j", "vnvdimm doctor --json"), ("vnvdimm emulate -d ho", "vnvdimm emulate -d hotplug"),
    ("vnvdimm exp", "vnvdimm explain"), ("vnvdimm explain btt", "vnvdimm explain btt-refused"),
    ("vnvdimm explain btt-refused --j", "vnvdimm explain btt-refused --json"),
    ("vnvdimm emulate -device n", "vnvdimm emulate -device nvdimm"),
    ("vnvdimm emulate --nvdimm nv.img,label-size=2M,he", "vnvdimm emulate --nvdimm nv.img,label-size=2M,health="),
    ("vnvdimm emulate -device nvdimm,sec", "vnvdimm emulate -device nvdimm,security="),
    (
      "vnvdimm emulate -object memory-backend-file,id=m,mem",
      "vnvdimm emulate -object memory-backend-file,id=m,mem-path="
    ),
    (
      "vnvdimm emulate -object memory-backend-ram,id=m -device nvdimm,memdev=m,sl",
      "vnvdimm emulate -object memory-backend-ram,id=m -device nvdimm,memdev=m,slot="
    ),
    (
      "vnvdimm emulate -object memory-backend-file,id=mem7,mem-path=nv.img -device nvdimm,id=nv1,memdev=m",
      "vnvdimm emulate -object memory-backend-file,id=mem7,mem-path=nv.img -device nvdimm,id=nv1,memdev=mem7"
    ),
  ]

  static let shells = ["bash", "zsh", "fish"]

  /// The driver types at a shell on a terminal of its own. `make deps` installs the shells.
  @Test("the tab key, typed at a real shell", arguments: shells) func typed(shell: String) throws {
    let driver = Self.folder.appendingPathComponent("../Tests/Shells/tab.zsh").standardizedFileURL
    for tool in ["/usr/bin/zsh", "/usr/bin/\(shell)"] {
      try #require(FileManager.default.isExecutableFile(atPath: tool), "\(tool) is missing: make deps")
    }
    let folder = try TemporaryDirectory()
    try Data().write(to: folder.url.appendingPathComponent("nv.img"))
    let environment = ["PATH=\(ProgramRun.products.path):/usr/bin:/bin", "HOME=\(folder.url.path)"]
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/env"),
      environment + [driver.path, shell, Self.folder.path] + Self.lines.map(\.line), in: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    let lines = run.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(lines == Self.lines.map(\.completion))
  }
}
