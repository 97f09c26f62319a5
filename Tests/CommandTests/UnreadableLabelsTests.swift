import Foundation
import TestSupport
import Testing

/// A backend that cannot be read at the place of its labels: no answer may depend on them.
@Suite("vnvdimm-check, on a label area that cannot be read")
struct UnreadableLabelsTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    let made = try ProgramRun(
      "vnvdimm-create", ["--quiet", "--size", "32M", "--namespace", "raw", "nv.img"], in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
  }

  /// Runs the check while every pread(2) of the backend fails.
  private func check(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun(
      executable: EmulatedGuest.tracer,
      [
        "-f", "-o", "/dev/null", "-P", folder.path("nv.img"), "-e", "inject=pread64:error=EIO",
        ProgramRun.products.appendingPathComponent("vnvdimm-check").path,
      ] + arguments + ["nv.img"], in: folder.url)
  }

  @Test("nobody takes it for one without labels") func unknown() throws {
    let run = try check()
    #expect(run.status == 1)
    #expect(run.text.contains("nv.img: file size 34 MiB, labels not read\n"), "\(run.text)")
    #expect(run.text.contains("what QEMU 11.1 does is not known without a label size"))
    #expect(run.text.contains("    hint: dmesg --level=err\n"))
    let fact = "nv.img: where the label area would be: cannot read at 0x2"
    #expect(run.errors.contains(fact), "\(run.errors)")
    #expect(run.errors.contains("Input/output error"))
    let answer = try #require(CheckAnswer.all(of: check("--json")).first)
    #expect(answer.backend.label_area.source == "unknown")
    #expect((answer.prediction.outcome, answer.status) == ("unknown", 1))
    #expect(answer.backend.guest_size == nil)
    let view = try check("--guest-view")
    #expect((view.status, view.text) == (1, ""))
  }

  @Test("where its size is told, the area is named") func given() throws {
    let run = try check("--label-size", "2M")
    #expect(run.status == 1)
    #expect(run.errors.contains("nv.img: the label area: cannot read at 0x2000000: Input/output error"))
  }
}
