import Foundation
import TestSupport

/// A text that a program may print: a string literal in the sources that contains words.
struct SourceLiteral {
  /// The path below Sources.
  let file: String
  /// The text between the interpolations, with runs of white space as one space.
  let fragments: [String]

  /// The literal as listed, with `…` for each interpolation.
  var description: String { "\(file): \(fragments.joined(separator: "…"))" }

  private static let sources = Corpus.folder.appendingPathComponent("../../Sources").standardizedFileURL

  /// Returns all literals in the order of their files, except the explanations of rules, which are in the pages.
  static func all() throws -> [SourceLiteral] {
    let files = FileManager.default.enumerator(atPath: sources.path)?.compactMap { $0 as? String } ?? []
    return try files.filter { $0.hasSuffix(".swift") && !$0.hasSuffix("Explanation.swift") }.sorted().flatMap { file in
      let source = try Data(contentsOf: sources.appendingPathComponent(file))
      var reader = LiteralReader([UInt8](source))
      return reader.literals().map { SourceLiteral(file: file, fragments: $0) }.filter(\.hasWords)
    }
  }

  private var hasWords: Bool {
    let text = fragments.joined(separator: " ")
    let words = text.split { !$0.isLetter && $0 != "'" }.filter { $0.count > 1 }
    return words.count > 1 && fragments.joined().trimmingCharacters(in: .whitespaces).contains(" ")
  }
}

/// Extracts the string literals from a source file.
private struct LiteralReader {
  private let bytes: [UInt8]
  private var position = 0
  private var found: [(start: Int, fragments: [String])] = []

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Marks of lines whose literals are for debugging only, or are names of fields.
  private static let silent = ["DebugLog", "precondition", "fatalError", "Field<", "assert"]

  mutating func literals() -> [[String]] {
    readCode(isInterpolation: false)
    return found.sorted { $0.start < $1.start }.filter { literal in
      let start = bytes[..<literal.start].lastIndex(of: UInt8(ascii: "\n")) ?? 0
      let line = String(decoding: bytes[start..<literal.start], as: UTF8.self)
      return !Self.silent.contains { line.contains($0) }
    }.map(\.fragments)
  }

  private func stands(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

  private mutating func skip(behind text: String) {
    while position < bytes.count, !stands(text) { position += 1 }
    position = min(position + text.utf8.count, bytes.count)
  }

  /// Reads to the end, or past the parenthesis that closes an interpolation.
  private mutating func readCode(isInterpolation: Bool) {
    var depth = 0
    while position < bytes.count {
      if stands("//") {
        skip(behind: "\n")
      } else if let mark = openingMark() {
        let start = position
        position += mark.utf8.count
        found.append((start, readText(to: String(mark.reversed()))))
      } else {
        if isInterpolation, stands("(") { depth += 1 }
        if isInterpolation, stands(")") { depth -= 1 }
        position += 1
        if depth < 0 { return }
      }
    }
  }

  /// Returns the delimiter of a literal that begins here: quotation marks with any number signs before them.
  private func openingMark() -> String? {
    let signs = bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count
    let quotes = bytes[(position + signs)...].prefix { $0 == UInt8(ascii: "\"") }.count
    guard quotes > 0 else { return nil }
    return String(repeating: "#", count: signs) + (quotes >= 3 ? "\"\"\"" : "\"")
  }

  private mutating func readText(to end: String) -> [String] {
    let escape = "\\" + end.filter { $0 == "#" }
    var fragments: [[UInt8]] = [[]]
    while position < bytes.count, !stands(end) {
      guard stands(escape) else {
        fragments[fragments.count - 1].append(bytes[position])
        position += 1
        continue
      }
      position += escape.utf8.count
      if stands("(") {
        position += 1
        readCode(isInterpolation: true)
        fragments.append([])
      } else if let character = Self.escaped[bytes[position]] {
        fragments[fragments.count - 1].append(character)
        position += 1
      } else {
        skip(behind: "}")
      }
    }
    position = min(position + end.utf8.count, bytes.count)
    return fragments.map { String(decoding: $0, as: UTF8.self).withSingleSpaces }
  }

  private static let escaped: [UInt8: UInt8] = [
    UInt8(ascii: "n"): 0x20, UInt8(ascii: "t"): 0x20, UInt8(ascii: "r"): 0x20, UInt8(ascii: "0"): 0x20,
    0x0a: 0x20, 0x22: 0x22, 0x27: 0x27, 0x5c: 0x5c,
  ]
}

extension String {
  /// The string with one space for each run of white space. No space is added or removed at the ends.
  var withSingleSpaces: String {
    var text = ""
    var isBehindSpace = false
    for character in self {
      if character.isWhitespace, isBehindSpace { continue }
      isBehindSpace = character.isWhitespace
      text.append(isBehindSpace ? " " : character)
    }
    return text
  }
}
