import Foundation
import Glibc
import TestSupport
import Testing

/// Every message that a program can print must be in a test. Tests/Corpus/messages/untested.list has the exceptions,
/// with reasons.
@Suite("Messages: all of them")
struct MessageInventoryTests {
  private static let folder = Corpus.folder.appendingPathComponent("..").standardizedFileURL

  /// Returns the text of the tests and of the manual pages, whose examples are run.
  private static func tested() throws -> [CChar] {
    var text = ""
    let pages = ManPage.folder.path
    for root in [folder.path, pages] {
      for case let file as String in FileManager.default.enumerator(atPath: root) ?? .init()
      where ["swift", "sh", "txt", "lab", "err", "findings", "jsonl"].contains((file as NSString).pathExtension)
        || root == pages
      {
        text += try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
      }
    }
    // The escapes in string literals of tests and in pages.
    text = text.replacing("\\\"", with: "\"").replacing("\\e", with: "\\")
    for (_, program, arguments) in ManPageTests.commands { text += try ProgramRun(program, arguments).text }
    for program in ManPageTests.verbs {
      for verb in program.verbs { text += try ProgramRun(program.program, [verb, "--help-hidden"]).text }
      text += try ProgramRun(program.program, ["--help"]).text
    }
    for program in EveryProgramTests.programs + ["vnvdimm emulate"] {
      let words = program.split(separator: " ").map(String.init)
      text += try ProgramRun(words[0], words.dropFirst() + ["--help"]).text
    }
    return Array(text.withSingleSpaces.utf8CString)
  }

  private static func contains(_ text: [CChar], _ fragment: String) -> Bool {
    // Safe: both end with NUL.
    unsafe strstr(text, fragment) != nil
  }

  @Test("each is in a test, or in the list of those that cannot be") func inventory() throws {
    let text = try Self.tested()
    let untested = try SourceLiteral.all().filter { literal in
      let fragments = literal.fragments.map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.count >= 4 }
      return fragments.isEmpty || !fragments.allSatisfy { Self.contains(text, $0) }
    }.map(\.description)
    let file = Self.folder.appendingPathComponent("Corpus/messages/untested.list")
    let listed = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("#") }
    let new = untested.filter { !listed.contains($0) }
    #expect(new.isEmpty, "in no test, and not listed:\n\(new.joined(separator: "\n"))")
    let stale = listed.filter { !untested.contains($0) }
    #expect(stale.isEmpty, "listed, and in a test or gone:\n\(stale.joined(separator: "\n"))")
  }
}
