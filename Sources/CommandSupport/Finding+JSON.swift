package import Basics

extension Finding {
  /// The same as it encodes itself: what does not apply is left out.
  package var json: JSONTree {
    let facts: [(String, JSONTree?)] = [
      ("rule", .text(rule)), ("severity", .text(severity.rawValue)), ("message", .text(message)),
      ("stored", stored.map { .text($0) }), ("expected", expected.map { .text($0) }),
      ("offset", offset.map { .unsigned($0) }), ("hint", hint.map { .text($0) }),
    ]
    return .object(facts.compactMap { name, value in value.map { (name, $0) } })
  }
}
