import Basics
import Foundation
import TestSupport
import Testing

@Suite("vnvdimm explain")
struct ExplainTests {
  private struct Answer: Decodable {
    struct Rule: Decodable {
      let rule, severity, cause, consequence, cure: String
      let pages: [String]
    }
    let format: Int
    let rules: [Rule]
  }

  private static func answer(_ rules: [String]) throws -> Answer {
    let run = try ProgramRun("vnvdimm", ["explain", "--json"] + rules)
    #expect(run.status == 0 && run.errors.isEmpty)
    return try JSONDecoder().decode(Answer.self, from: run.output)
  }

  @Test("rules are explained in the order in which they are given, in lines of a terminal") func text() throws {
    let run = try ProgramRun("vnvdimm", ["explain", "label-area-elsewhere", "backend-missing"])
    #expect(run.status == 0)
    let lines = run.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines.filter { !$0.isEmpty && !$0.hasPrefix(" ") } == [
        "label-area-elsewhere (error)", "backend-missing (warning)",
      ])
    #expect(lines.allSatisfy { $0.count <= 80 })
    // The same words as in JSON, regardless of line breaks.
    let words = run.text.withSingleSpaces
    for rule in try Self.answer(["label-area-elsewhere", "backend-missing"]).rules {
      for part in [rule.cause, rule.consequence, rule.cure, rule.pages.joined(separator: ", ")] {
        #expect(words.contains(part), "\(rule.rule): \(part)")
      }
    }
  }

  @Test("a rule names its page, and those that its cure sends to") func pages() throws {
    let pages = try Self.answer(["backend-missing", "label-overlap", "layout-size"]).rules.map(\.pages)
    #expect(
      pages == [
        ["vnvdimm-check(1)", "vnvdimm-create(1)"], ["vnvdimm-label-dump(1)", "vnvdimm-migrate-labels(1)"],
        ["vnvdimm-check(1)", "vnvdimm-resize-guard(1)"],
      ])
  }

  @Test("an id is that of one rule") func unique() throws {
    let ids = try Self.answer([]).rules.map(\.rule)
    #expect(Set(ids).count == ids.count)
  }

  @Test("without a rule all are listed, a line for each") func list() throws {
    let all = try Self.answer([]).rules
    #expect(all.map(\.rule) == all.map(\.rule).sorted())
    let lines = try ProgramRun("vnvdimm", ["explain"]).text.split(separator: "\n")
    #expect(lines.count == all.count && lines.count > 100)
    for (line, rule) in zip(lines, all) {
      let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
      #expect(words[0] == rule.rule && words[1] == rule.severity)
      #expect(rule.cause.hasPrefix(words[2].drop { $0 == " " }), "\(line)")
    }
    let ids = Set(all.map(\.rule))
    #expect(ids.isSuperset(of: ["backend-no-file", "labels-other-slot", "label-index-lost", "namespace-cut"]))
  }

  static let slips: [(arguments: [String], errors: String)] = [
    (["backend-smaler"], "vnvdimm explain: backend-smaler: no such rule\nhint: vnvdimm explain backend-smaller\n"),
    (
      ["--json", "label-size", "btt-refuse"],
      "vnvdimm explain: btt-refuse: no such rule\nhint: vnvdimm explain --json label-size btt-refused\n"
    ),
    (["anything"], "vnvdimm explain: anything: no such rule\nhint: vnvdimm explain\n"),
    ([""], "vnvdimm explain: '': no such rule\nhint: vnvdimm explain\n"),
    (["--jsn"], "vnvdimm explain: Unknown option '--jsn'. Did you mean '--json'?\nhint: vnvdimm explain --help\n"),
  ]

  @Test("a slip of the finger is usage, with what was meant as the whole command", arguments: slips)
  func slip(arguments: [String], errors: String) throws {
    let run = try ProgramRun("vnvdimm", ["explain"] + arguments)
    #expect(run.status == 64)
    #expect(run.errors == errors)
    #expect(run.output.isEmpty != arguments.contains("--json"))
    let hint = errors.split(separator: "\n").last?.split(separator: " ").dropFirst(2).map(String.init) ?? []
    #expect(try ProgramRun("vnvdimm", hint).status == 0)
  }

  @Test("every finding of a check can be explained") func findings() throws {
    let folder = try TemporaryDirectory()
    #expect(try ProgramRun("vnvdimm-create", ["--size", "64M", "nv.img"], in: folder.url).status == 0)
    let check = try ProgramRun("vnvdimm-check", ["--label-size", "none", "--size", "65M", "nv.img"], in: folder.url)
    let rules = check.text.matches(of: /(error|warning|note): ([a-z0-9-]+):/).map { String($0.2) }
    #expect(!rules.isEmpty)
    #expect(try Self.answer(rules).rules.map(\.rule) == rules)
  }

  @Test("the page lists the keys that there are") func keys() throws {
    let document = try JSONSerialization.jsonObject(
      with: try ProgramRun("vnvdimm", ["explain", "--json", "btt-refused"]).output)
    #expect(try ManPage("vnvdimm.1").keys.isSuperset(of: #require(document as? [String: Any]).keys))
    #expect(try ManPage("vnvdimm.1").keys == ["format", "rules"])
  }
}
