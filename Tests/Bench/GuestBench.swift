import Foundation

/// The costs of guests under our VMM and under QEMU, both with KVM, in the lab.
struct GuestBench {
  private let programs: URL
  private let repetitions: Int
  /// Whether one instruction of the lab's machine is a nanosecond of its clock.
  private let countsInstructions: Bool

  private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("guests")

  init(programs: URL, repetitions: Int, countsInstructions: Bool) {
    self.programs = programs
    self.repetitions = repetitions
    self.countsInstructions = countsInstructions
  }

  /// A reading of the stopwatch in the lab.
  struct Reading {
    let nanoseconds: Double
    let exitsBefore: Double
    let exitsAfter: Double
    let memory: Double
    let ownMemory: Double
  }

  /// All readings by work, variant and mark, in the order of the runs.
  typealias Readings = [String: [Reading]]

  func comparisons(_ works: [String]) throws -> [Comparison] {
    var readings: Readings = [:]
    for work in works {
      for line in try run(work).split(separator: "\n") where line.hasPrefix("bench ") {
        let words = line.split(separator: " ").map(String.init)
        let numbers = words.dropFirst(4).compactMap(Double.init)
        guard numbers.count == 5 else { throw Failure(said: String(line)) }
        readings[words[1...3].joined(separator: " "), default: []].append(
          Reading(
            nanoseconds: numbers[0], exitsBefore: numbers[1], exitsAfter: numbers[2], memory: numbers[3],
            ownMemory: numbers[4]))
      }
    }
    return GuestComparisons(readings).lines(of: works)
  }

  struct Failure: Error, CustomStringConvertible {
    let said: String
    var description: String { "the lab said:\n\(said)" }
  }

  /// Runs `NAME.sh` in the lab and returns its output.
  private func run(_ name: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vnvdimm-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let parts = try ["functions.sh", "\(name).sh"].map {
      try String(contentsOf: Self.scripts.appendingPathComponent($0), encoding: .utf8)
    }
    let script = folder.appendingPathComponent("bench-\(name).sh")
    let settings = "\nrepetitions=\(repetitions)\n"
    try Data((parts[0] + settings + parts[1]).utf8).write(to: script)
    let lab = Process()
    // The lab ends when the bench ends, for whatever reason.
    lab.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
    lab.arguments =
      ["--pdeathsig", "TERM", programs.appendingPathComponent("lab").path]
      + (countsInstructions ? ["--icount"] : []) + ["--time-limit", "3600", "--program"]
      + [programs.appendingPathComponent("meter").path, script.path]
    let output = Pipe()
    lab.standardOutput = output
    try lab.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    lab.waitUntilExit()
    guard lab.terminationStatus == 0 else { throw Failure(said: said) }
    return said
  }
}
