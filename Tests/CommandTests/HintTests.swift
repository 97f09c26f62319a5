import Foundation
import TestSupport
import Testing

/// A hint can be run as it stands, and after it the finding is gone: each hint of the transcripts in
/// Tests/Corpus/messages is run by Tests/Shells/hints.sh, which tells how.
@Suite("Hints")
struct HintTests {
  private static let transcripts = [
    "commands", "config", "consumers", "contents", "damage", "labels", "layout", "migrate", "provoked", "refusals",
    "releases", "stumbles",
  ]

  @Test("close what they are about", arguments: transcripts.map { "\($0).txt" }) func closing(name: String) throws {
    let path = MessageTests.folder.appendingPathComponent(name).path
    #expect(try Transcript.run("hints.sh", path) == "")
  }

  /// What only a reader knows, and what only a reader can type.
  @Test("have no blanks to be filled in", arguments: MessageTests.transcripts) func whole(name: String) throws {
    let text = try String(contentsOf: MessageTests.folder.appendingPathComponent(name), encoding: .utf8)
    for line in text.split(separator: "\n") where line.contains(#/^ *hint: /#) {
      // A name of the shell's, and what transcripts write for what differs by host.
      let text = ["$USER", "kvm-MAKER", "-kernel KERNEL"].reduce(String(line)) { $0.replacing($1, with: "") }
      #expect(!text.contains(/\b[A-Z]{4,}\b|\.\.\.$|, or |\bin the guest\b/), "\(line)")
    }
  }
}
