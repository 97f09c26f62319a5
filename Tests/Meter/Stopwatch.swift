import Glibc
import SystemPackage
import TimedProcess

/// Times a virtual machine monitor from its start to each mark that its guest prints, then ends it.
///
/// A mark is `[NAME]` or `[NAME NANOSECONDS]`; a time that the guest measured itself replaces the time since the start.
/// Prints a line for each mark: the name, nanoseconds, exits for devices before it and after it, and bytes of memory
/// beside the guest's. The exits are counted while the guest is silent, so that those of its console are excluded.
struct Stopwatch {
  let marks: [String]
  let command: [String]

  /// If the guest is silent for this many milliseconds, it is between two marks.
  private static let silence: Int32 = 50

  func run() throws {
    let process = try TimedProcess(command, readsOutput: true, isSilent: false)
    defer { process.kill() }
    var readings = Readings(start: process.start, id: process.id)
    var said = ""
    var rest = marks[...]
    var buffer = [UInt8](repeating: 0, count: 4096)
    while let next = rest.first, let output = process.output {
      var polled = pollfd(fd: output.rawValue, events: Int16(POLLIN), revents: 0)
      // Safe: one element, as the call is told.
      guard unsafe poll(&polled, 1, Self.silence) > 0 else {
        try readings.finish()
        continue
      }
      // Safe: the buffer is the array's own, for the call.
      let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe output.read(into: $0) }
      guard count > 0 else { throw Failure.noMark(next, said) }
      said += String(decoding: buffer[..<count], as: UTF8.self)
      while let mark = rest.first, let (value, after) = Self.find(mark, in: said) {
        try readings.finish()
        readings.begin(mark, value)
        said.removeSubrange(..<after)
        rest.removeFirst()
      }
    }
    try readings.finish()
  }

  /// Returns the value after the name of `mark`, and the end of the mark.
  private static func find(_ mark: String, in said: String) -> (value: Double?, end: String.Index)? {
    guard let begin = said.indices.first(where: { said[$0...].hasPrefix("[\(mark)") }) else { return nil }
    let text = said[begin...].dropFirst(mark.count + 1)
    guard let end = text.firstIndex(of: "]"), text.first == "]" || text.first == " " else { return nil }
    return (Double(text[..<end].drop { $0 == " " }), said.index(after: end))
  }

  enum Failure: Error, CustomStringConvertible {
    case noMark(String, String)

    var description: String {
      switch self {
      case .noMark(let mark, let said): "the command ended before it said [\(mark)]; it said:\n\(said)"
      }
    }
  }
}

/// The values read at a mark: some when it arrives, some when the guest is silent again.
private struct Readings {
  let start: ContinuousClock.Instant
  let id: pid_t
  private var open: (mark: String, nanoseconds: Double, exits: Int)?
  private var exits: Int
  private let first: Int

  init(start: ContinuousClock.Instant, id: pid_t) {
    self.start = start
    self.id = id
    first = ExitCounters().forDevices
    exits = first
  }

  mutating func begin(_ mark: String, _ value: Double?) {
    open = (mark, value ?? (ContinuousClock.now - start).nanoseconds, exits - first)
  }

  /// Completes the readings, when the guest is silent or the next mark arrives.
  mutating func finish() throws {
    exits = ExitCounters().forDevices
    guard let (mark, nanoseconds, before) = open else { return }
    open = nil
    let memory = ProcessMemory(of: id)
    try Meter.mark(
      "\(mark) \(Int(nanoseconds)) \(before) \(exits - first) \(memory.besideGuest) \(memory.ownBesideGuest)")
  }
}
