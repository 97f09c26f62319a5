package import ArgumentParser
package import Basics
import Consumers
import LabelChange
import PersistentMemory
import QEMU

extension Rule {
  private static let families: [any FindingRule.Type] = [
    BackendRule.self, ConditionRule.self, ConsumerRule.self, ContentsRule.self, CreateRule.self, HostRule.self,
    LabelRule.self, LayoutRule.self, NamespaceRule.self, ResizeRule.self,
  ]

  /// All cases of all families, each with a unique id.
  package static let cases: [any FindingRule] = {
    func cases<Family: FindingRule>(_: Family.Type) -> [any FindingRule] { Array(Family.allCases) }
    return families.flatMap { cases($0) }
  }()

  /// All rules of all programs.
  package static let all: [Rule] = cases.map { Rule($0) }.sorted { $0.id < $1.id }

  /// Reads the value of an option that is the id of a rule. If there is no such rule, throws a `ValidationError` with
  /// the rule that was probably meant.
  package init(option text: String) throws {
    guard let rule = Self.all.first(where: { $0.id == text }) else {
      let nearest = Self.all.map(\.id).nearest(to: text).map { ". Did you mean '\($0)'?" } ?? ""
      throw ValidationError("there is no such rule\(nearest)")
    }
    self = rule
  }
}

extension CompletionKind {
  /// The ids of all rules.
  package static var rules: CompletionKind { .list(Rule.all.map(\.id)) }
}
