import Foundation
import TestSupport

/// A manual page of the suite, read from its mdoc source.
struct ManPage {
  static let folder = Corpus.folder.appendingPathComponent("../../man")

  let lines: [String]
  /// Whether the page's sections are tasks or faults, each with commands.
  let isOfWorkflows: Bool

  init(_ name: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    isOfWorkflows = name.hasSuffix(".7")
    lines = text.components(separatedBy: "\n")
  }

  var sections: [String] { lines.filter { $0.hasPrefix(".Sh ") }.map { String($0.dropFirst(4)) } }

  func section(_ title: String) -> [String] {
    Array(lines.drop { $0 != ".Sh \(title)" }.dropFirst().prefix { !$0.hasPrefix(".Sh ") })
  }

  /// The options that the page describes, with their dashes.
  var options: Set<String> {
    let names = items("Fl", in: "OPTIONS").flatMap { words in
      words.prefix { $0.count < 2 || $0.first?.isUppercase != true }.filter { $0 != "," }
    }
    return Set(names.map { "-" + $0 })
  }

  /// The list of rules between its two marks, or `nil` if the page has none.
  var rules: String? {
    guard let begin = lines.firstIndex(of: ".\\\" rules: begin"), let end = lines.firstIndex(of: ".\\\" rules: end")
    else {
      return nil
    }
    return lines[begin + 1..<end].joined(separator: "\n")
  }

  var statuses: Set<Int32> {
    Set(section("EXIT STATUS").filter { $0.hasPrefix(".It ") }.compactMap { Int32($0.dropFirst(4)) })
  }

  /// The keys of the outermost JSON object.
  var keys: Set<String> { Set(items("Cm", in: "JSON KEYS").joined().filter { $0 != "," }) }

  /// Returns the words after `macro` for each list item that begins with it.
  private func items(_ macro: String, in title: String) -> [[String]] {
    section(title).filter { $0.hasPrefix(".It \(macro) ") }.map { line in
      line.split(separator: " ").dropFirst(2).map(String.init)
    }
  }
}
