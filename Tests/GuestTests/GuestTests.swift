import Testing

#if DEBUG
  private let isRelease = false
#else
  private let isRelease = true
#endif

/// Guests under our VMM, in the lab. The lab runs release programs, which need no part of the toolchain.
@Suite("Guests", .enabled(if: isRelease, "the lab runs release builds: make check"))
struct GuestTests {
  @Test("there are scenarios") func scenarios() { #expect(LabRun.scenarios.count > 10) }

  @Test("in the lab", arguments: LabRun.scenarios)
  func scenario(_ name: String) async throws {
    if let complaint = try await LabRun.shared.value.complaint(about: name) {
      Issue.record("scenario \(name): \(complaint)")
    }
  }
}
