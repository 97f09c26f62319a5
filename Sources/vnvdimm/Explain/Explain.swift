import ArgumentParser
import Basics
import CommandSupport

/// `vnvdimm explain [RULE …]`: explains rules, and what to do about their findings.
struct Explain: Program {
  static let programName = "vnvdimm explain"

  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explain what a rule means, and what to do about it.",
    usage: "vnvdimm explain [--json] [<rule> ...]",
    discussion: """
      Every finding names its rule. For each rule given, explain prints the usual severity, the cause, the consequence \
      for the guest or its data, the cure, and the manual pages. Without a rule it lists all rules.

      EXAMPLES
        vnvdimm explain label-area-elsewhere

      Exit status: 0 done, 64 usage.
      """)

  @Argument(help: "The rule, as a finding names it.", completion: .rules)
  var rules: [String] = []

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var color: ColorOption

  /// The page of the manual whose rules are to be printed, for `make diagnostics`.
  @Option(help: .private)
  var mdoc: String?

  func run() throws {
    if let mdoc { return try StandardStream.answer(ManualRules(page: mdoc).text) }
    let entries = rules.isEmpty ? ExplainedRule.all : try rules.flatMap(entries)
    if json {
      try StandardStream.answer(.object([("format", .format), ("rules", JSONValue(entries, \.json))]))
    } else if rules.isEmpty {
      try StandardStream.answer(entries.map(\.line).joined(separator: "\n"))
    } else {
      try StandardStream.answer(entries.map(\.text).joined(separator: "\n\n"))
    }
  }

  /// Returns the entries for the rule `id`. Throws if there is no such rule.
  private func entries(_ id: String) throws(CommandFailure) -> [ExplainedRule] {
    let entries = ExplainedRule.all.filter { $0.id == id }
    guard entries.isEmpty else { return entries }
    let command = ShellCommand(words: Self.programWords + (json ? ["--json"] : []))
    let nearest = ExplainedRule.all.map(\.id).nearest(to: id).map { nearest in rules.map { $0 == id ? nearest : $0 } }
    throw CommandFailure(
      .usage, id.isEmpty ? "''" : id, "no such rule",
      hint: .command((nearest ?? []).reduce(command) { $0.appending($1) }))
  }
}
