import TestSupport
import Testing

@Suite("Every program")
struct EveryProgramTests {
  static let programs = ["vnvdimm", "vnvdimm-create", "vnvdimm-check", "vnvdimm-label-dump"]

  @Test("an unknown option is usage, said in one message on standard error", arguments: programs)
  func unknownOption(program: String) throws {
    let run = try ProgramRun(program, ["--no-such-option"])
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("\(program): "))
    #expect(run.errors.contains("hint: \(program) --help"))
  }

  @Test("the version is that of the suite, on standard output", arguments: programs)
  func version(program: String) throws {
    let run = try ProgramRun(program, ["--version"])
    #expect(run.status == 0)
    #expect(run.text == "0.1.0\n")
    #expect(run.errors.isEmpty)
  }
}
