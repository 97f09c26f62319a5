import Basics
import QEMU
import TestSupport
import Testing

/// The prediction for a command line must match the recorded behaviour of the release.
@Suite("Command lines as eleven releases of QEMU took them")
struct RecordedAnswerTests {
  private static let releases = [
    "2.6.0", "2.7.0", "2.8.0", "2.12.0", "4.0.0", "5.2.0", "6.2.0", "7.2.22", "8.2.0", "10.0.13", "11.1.3",
  ]

  @Test("to the letter", arguments: releases)
  func recorded(release: String) throws {
    let rules = SizingRules(try #require(QEMURelease(parsing: release)))
    let answers = try RecordedAnswer.all(of: release)
    #expect(answers.count > 100)
    for answer in answers { #expect(answer.predicted(under: rules) == answer) }
  }

  @Test(
    "to the letter, on other architectures", arguments: ["5.2.0", "7.2.22", "10.0.13", "11.1.3"],
    [Architecture.aarch64, .ppc64])
  func others(release: String, architecture: Architecture) throws {
    let rules = SizingRules(try #require(QEMURelease(parsing: release)), architecture)
    let answers = try RecordedAnswer.all(of: "\(release)-\(architecture.rawValue)")
    #expect(answers.count > 20)
    for answer in answers { #expect(answer.predicted(under: rules) == answer) }
  }
}
