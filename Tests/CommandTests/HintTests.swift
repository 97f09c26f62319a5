import Foundation
import TestSupport
import Testing

/// Every hint can be run as printed, and its finding is then gone. Tests/Shells/hints.sh runs each hint of the
/// transcripts in Tests/Corpus/messages, and explains how.
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

  /// A hint must not contain placeholders for the reader to fill in.
  @Test("have no blanks to be filled in", arguments: MessageTests.transcripts) func whole(name: String) throws {
    let text = try String(contentsOf: MessageTests.folder.appendingPathComponent(name), encoding: .utf8)
    for line in text.split(separator: "\n") where line.contains(#/^ *hint: /#) {
      // A shell variable, and the placeholders that transcripts write for host-specific words.
      let text = ["$USER", "kvm-MAKER", "-kernel KERNEL"].reduce(String(line)) { $0.replacing($1, with: "") }
      #expect(!text.contains(/\b[A-Z]{4,}\b|\.\.\.$|, or |\bin the guest\b/), "\(line)")
    }
  }
}
