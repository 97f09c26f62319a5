import ArgumentParser
import Foundation

/// `make bench`: measures every budget of the suite against its peer in one run.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures the suite beside qemu-img, fallocate and QEMU.",
    discussion: """
      Writes bench.txt, bench.json and bench.svg into a folder, and prints the first. Guests run in the lab, whose \
      clock counts instructions: their times repeat, however busy this host is.
      """)

  @Option(help: "The folder for the results.")
  var results = ".build/bench"

  @Option(help: "How often each thing is measured.")
  var repetitions = 5

  @Option(help: "What is measured: host, boot, dimms; several times.")
  var only: [String] = []

  @Flag(help: "Let the lab's clock be that of this host.")
  var wallClock = false

  private static let parts = ["host", "boot", "dimms"]

  /// Without a measurement, no budget counts as kept.
  func validate() throws {
    if let other = only.first(where: { !Self.parts.contains($0) }) {
      throw ValidationError("--only: '\(other)' is nothing that is measured (expected host, boot or dimms)")
    }
    guard repetitions > 0 else { throw ValidationError("--repetitions: nothing is measured (expected 1 or more)") }
  }

  func run() throws {
    let programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    let start = ProcessInfo.processInfo.systemUptime
    var table = BenchTable(host: try Self.description())
    func isWanted(_ part: String) -> Bool { only.isEmpty || only.contains(part) }
    table.facts = try facts(of: programs)
    if isWanted("host") {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vnvdimm-bench-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      // Processes of a few milliseconds vary more, and are cheap to repeat.
      table.comparisons += try HostBench(in: folder, programs: programs, repetitions: repetitions * 3).comparisons()
      try keep(table, measured: "host", since: start)
    }
    let guests = GuestBench(programs: programs, repetitions: repetitions, countsInstructions: !wallClock)
    for work in ["boot", "dimms"].filter(isWanted) {
      table.comparisons += try guests.comparisons([work])
      try keep(table, measured: work, since: start)
    }
    print(table.text, terminator: "")
    if !table.isWhole { throw ExitCode.failure }
  }

  /// Writes the results so far, so that they survive if the rest fails.
  private func keep(_ table: BenchTable, measured part: String, since start: TimeInterval) throws {
    try table.write(into: URL(fileURLWithPath: results))
    let seconds = Int(ProcessInfo.processInfo.systemUptime - start)
    FileHandle.standardError.write(Data("bench: \(part) measured, \(seconds) s since the start\n".utf8))
  }

  private static func description() throws -> String {
    let processors = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8).split(separator: "\n")
    let model = processors.first { $0.hasPrefix("model name") }?.split(separator: ":").last ?? "?"
    let load = try String(contentsOfFile: "/proc/loadavg", encoding: .utf8).split(separator: " ")[0]
    return "\(ProcessInfo.processInfo.processorCount) ×\(model), load \(load)"
  }

  /// Returns the installed size: `make install` strips the programs.
  private func facts(of programs: URL) throws -> [(name: String, value: String)] {
    let names = try FileManager.default.contentsOfDirectory(atPath: programs.path)
      .filter { $0.hasPrefix("vnvdimm") && !$0.contains(".") }.sorted()
    var facts: [(name: String, value: String)] = []
    var sum = 0
    for name in names {
      let copy = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).stripped")
      defer { try? FileManager.default.removeItem(at: copy) }
      let strip = Process()
      strip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      strip.arguments = ["strip", "-o", copy.path, programs.appendingPathComponent(name).path]
      try strip.run()
      strip.waitUntilExit()
      let size = try FileManager.default.attributesOfItem(atPath: copy.path)[.size] as? Int ?? 0
      sum += size
      facts.append(("installed size of \(name)", "\((Double(size) / 1_048_576).short) MiB"))
    }
    return facts + [("installed size in all", "\((Double(sum) / 1_048_576).short) MiB")]
  }
}
