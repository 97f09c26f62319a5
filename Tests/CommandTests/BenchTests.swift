import TestSupport
import Testing

@Suite("make bench")
struct BenchTests {
  @Test("what would measure nothing is an error", arguments: [["--only", "hosts"], ["--repetitions", "0"]])
  func nothing(arguments: [String]) throws {
    let run = try ProgramRun("bench", arguments)
    #expect(run.status == 64)
    #expect(run.text.isEmpty)
    #expect(run.errors.contains("(expected "))
  }
}
