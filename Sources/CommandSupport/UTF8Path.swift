import ArgumentParser

/// Reads an argument that is a path, for `@Argument(transform: utf8Path)`.
package func utf8Path(_ text: String) throws -> String {
  // Arguments are read as UTF-8 with repairs, so that such a path would name another file than the one typed.
  guard !text.contains("\u{FFFD}") else { throw ValidationError("the path is not UTF-8") }
  return text
}
