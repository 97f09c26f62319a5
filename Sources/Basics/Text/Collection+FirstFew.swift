extension Collection {
  /// The first few elements as `text` shows them, and how many more there are, for messages: `a, b, c, d and 3 more`.
  package func firstFew(_ text: (Element) -> String) -> String {
    let shown = prefix(4).map(text).joined(separator: ", ")
    return count > 4 ? "\(shown) and \(count - 4) more" : shown
  }
}
