import Foundation
import TestSupport

/// Commands with their output, as a page shows them; see Tests/Shells/transcript.sh.
struct Transcript {
  private static let scripts = Corpus.folder.appendingPathComponent("../Shells").standardizedFileURL
  private static let ansible = Corpus.folder.appendingPathComponent("../../Sources/Packaging")
    .standardizedFileURL

  private let text: String

  init(_ text: String) { self.text = text }

  /// Returns the transcript with the commands' current output. The commands run the programs just built, in an empty
  /// folder or in `folder`.
  func printed(in folder: URL? = nil) throws -> String {
    let scratch = try TemporaryDirectory()
    let file = scratch.url.appendingPathComponent("transcript")
    try Data(text.utf8).write(to: file)
    // A page cannot show spaces at the ends of lines.
    return try Self.run("transcript.sh", file.path, in: folder).split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in
        String(line.reversed().drop { $0 == " " }.reversed())
      }.joined(separator: "\n")
  }

  /// Returns the output of `script`, which is next to transcript.sh, for the commands in the file at `path`.
  static func run(_ script: String, _ path: String, in folder: URL? = nil) throws -> String {
    let scratch = try (TemporaryDirectory(), TemporaryDirectory())
    return try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/env"),
      [
        "PATH=\(ProgramRun.products.path):/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME=\(scratch.0.url.path)",
        "ANSIBLE_COLLECTIONS_PATH=\(ansible.path)", "LC_ALL=C.UTF-8", "bash",
        scripts.appendingPathComponent(script).path, path,
      ], in: folder ?? scratch.1.url
    ).text
  }

  /// Returns the output of a script next to transcript.sh.
  static func shell(_ script: String, _ arguments: [String]) throws -> String {
    try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/sh"), [scripts.appendingPathComponent(script).path] + arguments
    ).text
  }
}
