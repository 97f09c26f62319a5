import Foundation
import TestSupport
import Testing

/// The programs' messages about faults, with the next step, in the transcripts of Tests/Corpus/messages. record.sh
/// there records them again.
@Suite("Messages")
struct MessageTests {
  static let folder = Corpus.folder.appendingPathComponent("messages")
  static let transcripts = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".txt") && ($0 != "kvm.txt" || hasKVM) }.sorted()
  private static let hasKVM = FileManager.default.isWritableFile(atPath: "/dev/kvm")

  @Test("there are transcripts") func present() { #expect(Self.transcripts.count >= 5) }

  @Test("are those that were looked at", arguments: transcripts) func transcript(name: String) throws {
    let expected = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    let printed = try Transcript(expected).printed()
    #expect(printed.split(separator: "\n") == expected.split(separator: "\n"))
  }
}
