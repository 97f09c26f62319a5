import Basics
import Foundation
import TestSupport
import Testing

/// The manual pages must describe the programs' actual behaviour.
@Suite("Manual pages")
struct ManPageTests {
  static let pages = ((try? FileManager.default.contentsOfDirectory(atPath: ManPage.folder.path)) ?? []).sorted()
  /// The pages of commands, each with the arguments that print all options.
  static let commands: [(page: String, program: String, arguments: [String])] = [
    ("vnvdimm-compare.1", "vnvdimm", ["compare", "--help-hidden"]),
    ("vnvdimm-config.1", "vnvdimm", ["config", "--help-hidden"]),
    ("vnvdimm-create.1", "vnvdimm-create", ["--help-hidden"]),
    ("vnvdimm-doctor.1", "vnvdimm", ["doctor", "--help-hidden"]),
    ("vnvdimm-emulate.1", "vnvdimm", ["emulate", "--help-hidden"]),
    ("vnvdimm-label-dump.1", "vnvdimm-label-dump", ["--help-hidden"]),
    ("vnvdimm-list.1", "vnvdimm", ["list", "--help-hidden"]),
  ]
  /// The pages of programs with verbs, each of which has its own options.
  static let verbs: [(page: String, program: String, verbs: [String])] = [
    ("vnvdimm.1", "vnvdimm", ["explain"]),
    ("vnvdimm-check.1", "vnvdimm-check", ["command", "domain", "fleet", "hook"]),
    ("vnvdimm-migrate-labels.1", "vnvdimm-migrate-labels", MigrateLabelsTests.verbs),
    ("vnvdimm-resize-guard.1", "vnvdimm-resize-guard", ["plan", "apply", "seal", "verify", "run"]),
  ]
  /// Calls of those programs that together print every kind of document.
  static let calls: [(page: String, program: String, calls: [String])] = [
    ("vnvdimm-compare.1", "vnvdimm", ["compare nv.img nv.img"]), ("vnvdimm-list.1", "vnvdimm", ["list"]),
    ("vnvdimm-migrate-labels.1", "vnvdimm-migrate-labels", ["move nv.img 1 --plan", "repair nv.img"]),
    (
      "vnvdimm-resize-guard.1", "vnvdimm-resize-guard",
      ["plan nv.img +16M", "apply nv.img +16M", "seal nv.img", "verify nv.img"]
    ),
  ]

  static let order = [
    "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "MONITOR", "OUTPUT", "JSON KEYS", "ENVIRONMENT", "FILES",
    "EXIT STATUS", "EXAMPLES", "DIAGNOSTICS", "SEE ALSO",
  ]

  /// The programs whose pages and completions are still to be written.
  static let undescribed: Set<String> = []

  @Test("every program has one", arguments: EveryProgramTests.programs) func programs(program: String) {
    #expect(Self.pages.contains("\(program).1") != Self.undescribed.contains(program))
  }

  @Test("mandoc has nothing to warn of", arguments: pages) func lint(page: String) throws {
    let path = ManPage.folder.appendingPathComponent(page).path
    let run = try ProgramRun(executable: URL(fileURLWithPath: "/usr/bin/mandoc"), ["-Tlint", "-Wwarning", path])
    #expect(run.status == 0)
    #expect(run.text.isEmpty)
  }

  /// A word such as An or No at the start of a heading is a macro and is not printed.
  @Test("headings are shown as they are written", arguments: pages) func headings(page: String) throws {
    let path = ManPage.folder.appendingPathComponent(page).path
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/mandoc"), ["-Tascii", "-Owidth=120", path])
    // Bold is a letter overstruck with itself.
    let shown = run.text.replacing(/.\x08/, with: "").split(separator: "\n").map { $0.drop { $0 == " " } }
    let headings = try ManPage(page).lines.filter { $0.hasPrefix(".Sh ") || $0.hasPrefix(".Ss ") }
    for heading in headings { #expect(shown.contains(heading.dropFirst(4)), "\(heading)") }
  }

  @Test("sections stand in one order", arguments: pages) func sections(page: String) throws {
    let sections = try ManPage(page).sections
    // Pages of formats have different sections.
    guard page.hasSuffix(".1") else { return }
    #expect(sections == Self.order.filter(sections.contains))
    #expect(sections.contains("EXIT STATUS") && sections.contains("EXAMPLES"))
  }

  @Test("options are those of --help-hidden", arguments: commands)
  func options(page: String, program: String, arguments: [String]) throws {
    let lines = try ProgramRun(program, arguments).text.split(separator: "\n")
    // QEMU's options are anywhere in the help of emulate; other options begin a line.
    let words =
      page == "vnvdimm-emulate.1"
      ? lines.flatMap { $0.split(separator: " ").filter { $0.hasPrefix("-") } }
      : lines.filter { $0.hasPrefix("  -") }.flatMap { $0.split(separator: " ").prefix { $0.hasPrefix("-") } }
    #expect(
      try ManPage(page).options == Set(words.map { String($0.prefix { $0.isLetter || $0.isNumber || $0 == "-" }) }))
  }

  @Test("options are those of the help of all verbs", arguments: verbs)
  func options(page: String, program: String, verbs: [String]) throws {
    let words = try (verbs.map { [$0] } + [[]]).flatMap { verb in
      try ProgramRun(program, verb + ["--help-hidden"]).text.split(separator: "\n").filter { $0.hasPrefix("  -") }
        .flatMap { $0.split(separator: " ").prefix { $0.hasPrefix("-") } }
    }
    #expect(
      try ManPage(page).options == Set(words.map { String($0.prefix { $0.isLetter || $0.isNumber || $0 == "-" }) }))
  }

  @Test("rules are as the sources explain them; `make diagnostics` brings them up to date", arguments: pages)
  func rules(page name: String) throws {
    let page = (name as NSString).deletingPathExtension
    let explained = try ProgramRun("vnvdimm", ["explain", "--mdoc", page]).text
    #expect(try ManPage(name).rules.map { $0 + "\n" } == (explained == "\n" ? nil : explained))
  }

  @Test("pages of rules are there") func pagesOfRules() throws {
    for page in Set(RuleChapter.allCases.flatMap(\.pages)) { #expect(Self.pages.contains("\(page).1")) }
  }

  @Test("JSON keys are those that are printed", arguments: ["check", "create", "label-dump"])
  func keys(verb: String) throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("nv.img")
    let created = try ProgramRun("vnvdimm-create", ["--json", "--size", "64M", path])
    let run = verb == "create" ? created : try ProgramRun("vnvdimm-\(verb)", ["--json", path])
    let document = try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any])
    #expect(try ManPage("vnvdimm-\(verb).1").keys == Set(document.keys))
  }

  @Test("JSON keys of all verbs are those that are printed", arguments: calls)
  func keys(page: String, program: String, calls: [String]) throws {
    let folder = try TemporaryDirectory()
    #expect(try ProgramRun("vnvdimm-create", ["--size", "64M", "nv.img"], in: folder.url).status == 0)
    var keys: Set<String> = []
    for call in calls {
      let run = try ProgramRun(program, call.split(separator: " ").map(String.init) + ["--json"], in: folder.url)
      let document = try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any], "\(run.errors)")
      keys.formUnion(document.keys)
    }
    #expect(try ManPage(page).keys == keys)
  }

  /// Indented displays need a guest or the host's persistent memory, so the lab's scenarios run them.
  @Test("examples print what is shown", arguments: pages) func examples(page name: String) throws {
    let page = try ManPage(name)
    let path = ManPage.folder.appendingPathComponent(name).path
    // Each workflow begins in an empty folder.
    for title in page.sections where title == "EXAMPLES" || page.isOfWorkflows {
      let shown = try Transcript.shell("page.sh", [path, title])
      guard !shown.isEmpty else { continue }
      #expect(try Transcript(shown).printed() == shown, "\(name), \(title)")
    }
  }

  @Test("what doctor looks at is what its page shows") func doctor() throws {
    let page = ManPage.folder.appendingPathComponent("vnvdimm-doctor.1").path
    func names(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { line in ![" ", "$", "all that is"].contains { line.hasPrefix($0) } }
        .map { $0.prefix { $0 != " " } }
    }
    let shown = try Transcript.shell("page.sh", [page, "EXAMPLES", "all"]).components(separatedBy: "$ vnvdimm doctor >")
    #expect(try names(ProgramRun("vnvdimm", ["doctor"]).text) == names(shown[0]))
  }
}
