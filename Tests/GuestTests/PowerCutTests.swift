import Foundation
import TestSupport
import Testing

#if DEBUG
  private let isRelease = false
#else
  private let isRelease = true
#endif

/// Scenarios that the lab boots several times, with a power cut in between.
///
/// `VNVDIMM_POWER_CUT_COUNT` in the environment sets the number of power cuts.
@Suite("Power cuts", .enabled(if: isRelease, "the lab runs release builds: make check"))
struct PowerCutTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("PowerCuts")
  private static let count =
    ProcessInfo.processInfo.environment["VNVDIMM_POWER_CUT_COUNT"].flatMap { Int($0) } ?? 1

  @Test("a guest's fsync outlives a power cut of its host with flush hints, and not without")
  func fsync() throws {
    let run = try ProgramRun(
      "lab", ["--boots", "\(Self.count + 1)", Self.folder.appendingPathComponent("fsync.sh").path])
    #expect(run.status == 0, "\(run.text)\(run.errors)")
  }
}
