import Foundation
import TestSupport
import Testing

/// A killed program must leave the old labels, the new labels, or a change that repair completes.
///
/// `VNVDIMM_KILL_COUNT` in the environment sets the number of kills.
@Suite("vnvdimm-migrate-labels, killed")
struct MigrationKillTests {
  static var count: Int { ProcessInfo.processInfo.environment["VNVDIMM_KILL_COUNT"].flatMap { Int($0) } ?? 12 }

  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// The state that a guest would find: the namespaces that Linux shows in each of two slots, and the bytes of the
  /// region.
  private struct View: Equatable {
    let namespaces: [[String]]
    let data: Data
  }

  private func view() throws -> View {
    let namespaces = try [0, 1].map { slot in
      let run = try ProgramRun("vnvdimm-label-dump", ["--json", "--slot", "\(slot)", "nv.img"], in: folder.url)
      let document = try #require(JSONSerialization.jsonObject(with: run.output) as? [String: Any], "\(run.errors)")
      let linux = try #require(document["linux"] as? [String: Any])
      return try #require(linux["namespaces"] as? [[String: Any]]).map {
        "\($0["uuid"] ?? "") \($0["name"] ?? "") \($0["dpa"] ?? "") \($0["size"] ?? "")"
      }
    }
    // The namespace ends below the largest label area.
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.path("nv.img")))
    return View(namespaces: namespaces, data: try file.read(upToCount: 16 << 20) ?? Data())
  }

  /// Runs the program, and kills it after `delay` seconds if `delay` is given. Returns the duration in seconds.
  private func run(_ arguments: [String], killAfter delay: Double? = nil) throws -> Double {
    let process = Process()
    process.executableURL = ProgramRun.products.appendingPathComponent("vnvdimm-migrate-labels")
    process.arguments = [arguments[0], "nv.img"] + arguments[1...] + ["--quiet", "--no-backup"]
    process.currentDirectoryURL = folder.url
    let start = ContinuousClock.now
    try process.run()
    if let delay {
      usleep(UInt32(delay * 1e6))
      kill(process.processIdentifier, SIGKILL)
    }
    process.waitUntilExit()
    return start.duration(to: .now) / .seconds(1)
  }

  @Test("at random moments, every change is made or not made") func kills() throws {
    var random = SeededGenerator(fuzzing: "kills of vnvdimm-migrate-labels")
    let made = try ProgramRun(
      "vnvdimm-create",
      ["--quiet", "--size", "18M", "--label-size", "2M", "--namespace", "raw,name=one", "nv.img"], in: folder.url)
    #expect(made.status == 0, "\(made.errors)")
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("nv.img")))
    for page in stride(from: UInt64(0), to: 16 << 20, by: 1 << 16) {
      try file.seek(toOffset: page)
      try file.write(contentsOf: Data("\(page)".utf8))
    }
    try file.close()
    let changes = [
      ["move", "1"], ["resize", "128K"], ["convert", "1.1"], ["move", "0"],
      ["convert", "1.2"], ["resize", "2M"],
    ]
    let whole = [try view()] + [View(namespaces: try view().namespaces.reversed(), data: try view().data)]
    var durations = [Double](repeating: 0, count: changes.count)
    // One run without a kill measures each duration and ends in the initial state.
    for (number, change) in changes.enumerated() { durations[number] = try run(change) }
    var (written, unfinished) = (0, 0)
    for number in 0..<Self.count {
      let kind = number % changes.count
      #expect(whole.contains(try view()))
      let before = try Data(contentsOf: URL(fileURLWithPath: folder.path("nv.img")))
      // A run writes last of all.
      _ = try run(changes[kind], killAfter: Double.random(in: 0.5...1.1, using: &random) * durations[kind])
      let check = try ProgramRun("vnvdimm-check", ["--json", "nv.img"], in: folder.url)
      if check.text.contains("label-change-unfinished") {
        unfinished += 1
        #expect(try ProgramRun("vnvdimm-migrate-labels", ["repair", "nv.img"], in: folder.url).status == 0)
      }
      #expect(whole.contains(try view()), "after \(changes[kind])")
      if try Data(contentsOf: URL(fileURLWithPath: folder.path("nv.img"))) != before { written += 1 }
      // Makes the change itself, so that the next one starts from another state.
      durations[kind] = try run(changes[kind])
    }
    print("killed \(Self.count) times: \(written) had written, \(unfinished) were ended by repair")
  }
}
