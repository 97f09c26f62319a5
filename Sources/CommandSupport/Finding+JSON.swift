package import Basics

extension Finding {
  /// The finding as it encodes itself, with `path`, what it is about: what does not apply is left out.
  package func json(about path: String? = nil) -> JSONTree {
    let facts: [(String, JSONTree?)] = [
      ("path", path.map { .text($0) }), ("rule", .text(rule.id)), ("severity", .text(severity.rawValue)),
      ("message", .text(message)),
      ("stored", stored.map { .text($0) }), ("expected", expected.map { .text($0) }),
      ("offset", offset.map { .unsigned($0) }), ("hint", hint.map { .text($0) }),
    ]
    return .object(facts.compactMap { name, value in value.map { (name, $0) } })
  }
}
