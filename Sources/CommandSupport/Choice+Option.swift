package import ArgumentParser

extension ExpressibleByArgument {
  /// Reads the value of an option that is one of few, for `@Option(transform: Value.init(choice:))`: of an option that
  /// its help hides, the parser does not tell the values.
  package init(choice text: String) throws {
    guard Self.allValueStrings.contains(text), let value = Self(argument: text) else {
      throw ValidationError("expected \(Self.allValueStrings.joined(separator: ", "))")
    }
    self = value
  }

  /// The values of `init(choice:)`.
  package static var choices: CompletionKind { .list(allValueStrings) }
}
