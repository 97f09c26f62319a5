import Basics
import CommandSupport
import Testing

@Suite("Explanations of rules")
struct ExplanationTests {
  /// The text about each rule, and the text before the rules of each chapter.
  private static let texts: [(rule: String, text: String)] =
    Rule.cases.flatMap { rule in
      let explanation = rule.explanation
      return [explanation.cause, explanation.consequence, explanation.cure].map { (rule.rawValue, $0) }
    } + RuleChapter.allCases.compactMap { chapter in chapter.introduction.map { (chapter.rawValue, $0) } }

  @Test("each is made of whole sentences") func sentences() {
    for (rule, text) in Self.texts {
      #expect(text.first.map { $0.isUppercase || $0 == "`" } == true, "\(rule): \(text)")
      #expect(text.hasSuffix(".") && !text.hasSuffix(".."), "\(rule): \(text)")
      #expect(!text.contains("  ") && !text.contains("\n"), "\(rule): \(text)")
      #expect(text.allSatisfy { $0.isASCII && $0 != "\"" && $0 != "\\" }, "\(rule): \(text)")
      #expect(text.count { $0 == "`" }.isMultiple(of: 2), "\(rule): \(text)")
    }
  }

  @Test("a size has its name, not the letter of formulas") func letters() {
    for (rule, text) in Self.texts {
      let words = text.split { !$0.isLetter && !$0.isNumber && $0 != "-" }
      #expect(!words.contains { ["F", "S", "L", "R"].contains($0) }, "\(rule): \(text)")
    }
  }

  @Test("the three parts say three things, of each rule others") func parts() {
    for rule in Rule.cases {
      let explanation = rule.explanation
      #expect(Set([explanation.cause, explanation.consequence, explanation.cure]).count == 3, "\(rule.rawValue)")
    }
    let causes = Dictionary(grouping: Rule.cases) { $0.explanation.cause }
    for (cause, rules) in causes { #expect(rules.count == 1, "\(cause)") }
  }

  @Test("every chapter has rules, and no page has a rule twice") func chapters() {
    for chapter in RuleChapter.allCases {
      #expect(Rule.cases.contains { $0.chapter == chapter }, "\(chapter)")
      #expect(!chapter.pages.isEmpty, "\(chapter)")
    }
    for page in Set(RuleChapter.allCases.flatMap(\.pages)) {
      let ids = Rule.cases.filter { $0.chapter.pages.contains(page) }.map { $0.rawValue }
      #expect(Set(ids).count == ids.count, "\(page)")
    }
  }
}
