import Basics
import CommandSupport
import Foundation
import LabelChange
import PersistentMemory
import QEMU
import TestSupport
import Testing

/// The text that is made in a hurry is that of `JSONEncoder`, to the byte.
@Suite("JSON in one line")
struct JSONTreeTests {
  private static func text(_ value: some Encodable) throws -> String { try JSONAnswer.text(of: value, compact: true) }

  private static let pieces = [
    "", "a", "error: backend-smaller", "\"quoted\"", "back\\slash", "a/b", "\n\r\t\u{8}\u{c}", "\u{0}\u{1}\u{1f}\u{7f}",
    "é", "\u{2028}\u{2029}", "🗿", "e\u{301}", "\u{FFFD}", "<&>'",
  ]

  @Test("every kind of finding") func findings() throws {
    func rules<Rule: FindingRule>(_: Rule.Type) -> [Finding] {
      Rule.allCases.flatMap { rule in
        Self.pieces.indices.map { index in
          let text = Self.pieces[index]
          return Finding(
            rule, text, stored: index.isMultiple(of: 2) ? text : nil, expected: index.isMultiple(of: 3) ? text : nil,
            offset: index.isMultiple(of: 5) ? .max : nil, hint: index.isMultiple(of: 7) ? text : nil)
        }
      }
    }
    let all =
      rules(BackendRule.self) + rules(HostRule.self) + rules(ContentsRule.self) + rules(LabelRule.self)
      + rules(LayoutRule.self) + rules(NamespaceRule.self) + rules(ResizeRule.self)
    #expect(all.count > 500)
    for finding in all { #expect(try finding.json.line == Self.text(finding)) }
  }

  @Test("any document") func fuzz() throws {
    var generator = SeededGenerator(fuzzing: "documents of JSON")
    for _ in 0..<SeededGenerator.count(default: 200, optimized: 2000) {
      let tree = Self.tree(depth: 4, &generator)
      let line = tree.line
      #expect(try line == Self.text(tree))
      #expect(try JSONSerialization.jsonObject(with: Data(line.utf8), options: .fragmentsAllowed) is NSObject)
    }
  }

  private static func tree(depth: Int, _ generator: inout SeededGenerator) -> JSONTree {
    switch Int.random(in: depth > 0 ? 0..<9 : 2..<9, using: &generator) {
    case 0: return .list((0..<Int.random(in: 0..<4, using: &generator)).map { _ in tree(depth: depth - 1, &generator) })
    case 1:
      return .object(
        (0..<Int.random(in: 0..<4, using: &generator)).map { number in
          (
            "\(["b_", "a", "B", "a_c"].randomElement(using: &generator) ?? "")\(number)",
            tree(depth: depth - 1, &generator)
          )
        })
    case 2: return .null
    case 3: return .boolean(Bool.random(using: &generator))
    case 4: return .unsigned(.random(in: 0 ... .max, using: &generator))
    case 5: return .signed(.random(in: .min ... .max, using: &generator))
    default:
      return .text((0..<3).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined())
    }
  }
}
