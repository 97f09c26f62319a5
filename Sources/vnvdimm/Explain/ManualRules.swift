import Basics
import CommandSupport

/// The rules that a page of the manual lists, as its source in mdoc(7).
struct ManualRules {
  /// The name of the page, such as `vnvdimm-check`.
  let page: String

  var text: String {
    let chapters = RuleChapter.allCases.filter { $0.pages.contains(page) }
    return chapters.flatMap(section).joined(separator: "\n")
  }

  private func section(_ chapter: RuleChapter) -> [String] {
    let introduction = chapter.introduction.map { ManualText($0, in: page).lines } ?? []
    let entries = Rule.cases.filter { $0.chapter == chapter }.flatMap(entry)
    return [".Ss \(chapter.rawValue)"] + introduction + [".Bl -tag -width Ds"] + entries + [".El"]
  }

  private func entry(_ rule: any FindingRule) -> [String] {
    let said = rule.explanation
    let text = ManualText("\(said.cause) \(said.consequence) \(said.cure)", in: page)
    return [".It Sy \(rule.rawValue) Pq \(rule.severity.rawValue)"] + text.lines
  }
}

/// The sentences of an `Explanation` in mdoc(7): each begins a new line, as does each macro.
private struct ManualText {
  private(set) var lines: [String] = []
  private var words: [String] = []

  /// Formats `text` for `page`, which refers to itself as `.Nm`.
  init(_ text: String, in page: String) {
    for word in text.wordsAndLiterals {
      if let literal = word.literal {
        addMacro("Ql", before: literal.before, literal.text, behind: literal.behind)
      } else if let reference = ManualReference(word) {
        let isOwn = reference.name == page
        addMacro(isOwn ? "Nm" : "Xr \(reference.name) \(reference.section)", behind: reference.behind)
      } else {
        words.append(String(word))
        if word.hasSuffix(".") { endLine() }
      }
    }
    endLine()
  }

  private mutating func endLine() {
    lines += words.joined(separator: " ").filled(to: 119)
    words = []
  }

  /// Adds `macro` with its argument and the punctuation around it.
  private mutating func addMacro(
    _ macro: String, before: Substring = "", _ argument: String? = nil, behind: Substring
  ) {
    endLine()
    let words = before.map { String($0) } + [argument].compactMap(\.self) + behind.map { String($0) }
    lines.append((["." + macro] + words).joined(separator: " "))
  }
}

/// A reference to a page of the manual in a text: `name(1)`, and the punctuation after it.
struct ManualReference {
  let name, section, behind: Substring

  init?(_ word: Substring) {
    let parts = word.split(separator: "(", omittingEmptySubsequences: false)
    guard parts.count == 2, let name = parts.first, !name.isEmpty, let end = parts[1].firstIndex(of: ")"),
      let digit = parts[1].first, digit.isNumber
    else { return nil }
    self.name = name
    section = parts[1][..<end]
    behind = parts[1][end...].dropFirst()
  }
}

extension String {
  /// The text split at the spaces outside backticks.
  fileprivate var wordsAndLiterals: [Substring] {
    var isLiteral = false
    return split { character in
      if character == "`" { isLiteral.toggle() }
      return character == " " && !isLiteral
    }
  }
}

extension Substring {
  /// The text between backticks, and the punctuation around it.
  fileprivate var literal: (before: Substring, text: String, behind: Substring)? {
    let parts = split(separator: "`", omittingEmptySubsequences: false)
    return parts.count == 3 ? (parts[0], parts[1].contains(" ") ? "\"\(parts[1])\"" : String(parts[1]), parts[2]) : nil
  }
}
