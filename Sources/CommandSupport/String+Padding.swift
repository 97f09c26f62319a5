extension String {
  /// This text with spaces behind it, `width` characters in all unless it is longer.
  package func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
