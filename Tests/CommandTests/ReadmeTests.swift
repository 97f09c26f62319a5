import Foundation
import TestSupport
import Testing

/// README must show the programs' real output.
@Suite("README")
struct ReadmeTests {
  /// A command as typed, and the output shown below it.
  struct Example: CustomTestStringConvertible {
    let command: String
    let output: String

    var testDescription: String { command }
  }

  /// The examples in their order, except those of `emulate`, which boot a guest: the lab's scenarios run those.
  static let examples: [Example] = {
    let file = Corpus.folder.appendingPathComponent("../../README.md")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    return text.components(separatedBy: "```\n").compactMap { block in
      guard block.hasPrefix("$ "), !block.contains("emulate") else { return nil }
      let lines = block.components(separatedBy: "\n")
      // A backslash continues a command.
      let count = lines.prefix { $0.hasSuffix("\\") }.count + 1
      let command = lines.prefix(count).joined(separator: "\n").dropFirst(2)
      return Example(command: String(command), output: lines.dropFirst(count).joined(separator: "\n"))
    }
  }()

  @Test("the tour, in one folder, one command after the other") func tour() throws {
    #expect(Self.examples.count == 5)
    let folder = try TemporaryDirectory()
    for example in Self.examples {
      let run = try ProgramRun(
        executable: URL(fileURLWithPath: "/bin/sh"),
        ["-c", "PATH=\(ProgramRun.products.path):$PATH; \(example.command) 2>&1"], in: folder.url)
      #expect(run.text.hasPrefix(example.output), "\(example.command) printed\n\(run.text)")
    }
    let picture = Corpus.folder.appendingPathComponent("picture/pmem.svg")
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("pmem.svg")) == Data(contentsOf: picture))
  }

  @Test("it is no longer than a reader's patience") func length() throws {
    let text = try String(contentsOf: Corpus.folder.appendingPathComponent("../../README.md"), encoding: .utf8)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 151)
  }
}
