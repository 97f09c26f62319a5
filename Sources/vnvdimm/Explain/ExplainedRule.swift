import Basics
import CommandSupport

/// A rule with its explanation.
struct ExplainedRule {
  private let rule: any FindingRule
  private let explanation: Explanation

  /// The rules of all programs, by id.
  static let all: [ExplainedRule] = Rule.cases.map { ExplainedRule($0) }.sorted { $0.id < $1.id }

  init(_ rule: any FindingRule) {
    self.rule = rule
    explanation = rule.explanation
  }

  var id: String { rule.rawValue }

  private var severity: String { rule.severity.rawValue }

  /// The line for the rule in the list of all rules.
  var line: String {
    let sentence = explanation.cause.firstRange(of: ". ").map { explanation.cause[..<$0.lowerBound] + "." }
    return "\(id.padded(to: 28)) \(severity.padded(to: 7)) \(sentence ?? explanation.cause[...])"
  }

  /// The whole explanation, in lines of 80 characters.
  var text: String {
    let parts = [
      ("cause", explanation.cause), ("consequence", explanation.consequence), ("cure", explanation.cure),
      ("see", pages.joined(separator: ", ")),
    ]
    return (["\(id) (\(severity))"] + parts.flatMap(Self.lines)).joined(separator: "\n")
  }

  /// Returns `text` in lines, with `name` before the first one.
  private static func lines(_ name: String, _ text: String) -> [String] {
    text.filled(to: 65).enumerated().map { number, line in "  \((number == 0 ? name : "").padded(to: 12)) \(line)" }
  }

  /// The related pages of the manual, as `name(1)`: those of the rule, and those that its text names.
  private var pages: [String] {
    let own = rule.chapter.pages.map { "\($0)(1)" }
    let named = "\(explanation.consequence) \(explanation.cure)".split(separator: " ").compactMap {
      ManualReference($0).map { "\($0.name)(\($0.section))" }
    }
    let commands = ["vnvdimm-create", "vnvdimm-migrate-labels", "vnvdimm-resize-guard"].filter {
      explanation.cure.contains("`\($0) ")
    }
    return (own + named + commands.map { "\($0)(1)" }).reduce(into: []) { pages, page in
      if !pages.contains(page) { pages.append(page) }
    }
  }
}

extension ExplainedRule {
  var json: JSONValue {
    .object([
      ("rule", .text(id)), ("severity", .text(severity)), ("cause", .text(explanation.cause)),
      ("consequence", .text(explanation.consequence)), ("cure", .text(explanation.cure)),
      ("pages", JSONValue(pages) { .text($0) }),
    ])
  }
}

extension String {
  /// Returns the words of this text in lines of at most `width` characters, unless a word is longer.
  func filled(to width: Int) -> [String] {
    split(separator: " ").reduce(into: []) { lines, word in
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
  }
}
