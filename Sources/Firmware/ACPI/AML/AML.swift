/// ACPI Machine Language, in a notation that reads like ASL.
///
/// Tables are composed in extensions of this type, where its operators and blocks need no prefix:
/// `Method("_STA") { Return(0x0F) }`.
///
/// Source: ACPI 6.5, chapter 20 (ACPI Machine Language Specification).
package enum AML {
  /// Anything that has an AML encoding: an object, an operator with its operands, a literal.
  package protocol Term: Sendable {
    var encoded: [UInt8] { get }
  }

  /// The statements or objects between two braces of ASL.
  @resultBuilder package enum Body {
    package static func buildExpression(_ term: any Term) -> [any Term] { [term] }
    package static func buildExpression(_ terms: [any Term]) -> [any Term] { terms }
    package static func buildBlock(_ parts: [any Term]...) -> [any Term] { parts.flatMap { $0 } }
    package static func buildArray(_ parts: [[any Term]]) -> [any Term] { parts.flatMap { $0 } }
    package static func buildOptional(_ part: [any Term]?) -> [any Term] { part ?? [] }
  }

  package static func encode(_ terms: [any Term]) -> [UInt8] { terms.flatMap(\.encoded) }

  /// The prefix of every extended operator (ACPI 6.5, table 20.4, ExtOpPrefix).
  static let extended: UInt8 = 0x5B

  /// The operator for "no object", used for a result that is not stored.
  struct Nothing: Term {
    var encoded: [UInt8] { [0x00] }
  }
}
