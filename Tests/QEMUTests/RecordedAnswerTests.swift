import QEMU
import Testing

/// What is predicted of a command line is what the release did with it.
@Suite("Command lines as eleven releases of QEMU took them")
struct RecordedAnswerTests {
  /// The releases, and how many of the messages of each may read otherwise.
  private static let releases = [("7.2.22", 0), ("8.2.0", 0), ("10.0.13", 0), ("11.1.3", 0)]

  @Test("to the letter", arguments: releases)
  func recorded(release: String, otherMessages: Int) throws {
    let rules = SizingRules(try #require(QEMURelease(parsing: release)))
    let answers = try RecordedAnswer.all(of: release)
    #expect(answers.count > 100)
    var misread = 0
    for answer in answers {
      var predicted = answer.predicted(under: rules)
      if predicted.message != answer.message {
        misread += 1
        if misread <= otherMessages { predicted.message = answer.message }
      }
      #expect(predicted == answer)
    }
    #expect(misread == otherMessages, "as many as it is known to be")
  }
}
