import SystemPackage
import TimedProcess

/// Times a virtual machine monitor from its start to each mark that its guest prints, then ends it.
///
/// Prints a line for each mark: its name, nanoseconds since the start, exits so far, those for input and output, and
/// bytes of memory beside the guest's.
struct Stopwatch {
  let marks: [String]
  let command: [String]

  func run() throws {
    let before = ExitCounters()
    let process = try TimedProcess(command, readsOutput: true, isSilent: false)
    defer { process.kill() }
    var said = ""
    var rest = marks[...]
    var buffer = [UInt8](repeating: 0, count: 4096)
    while let mark = rest.first, let output = process.output {
      // Safe: the buffer is the array's own, for the call.
      let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe output.read(into: $0) }
      let time = ContinuousClock.now - process.start
      guard count > 0 else { throw Failure.noMark(mark, said) }
      said += String(decoding: buffer[..<count], as: UTF8.self)
      while let mark = rest.first, let place = said.firstRange(of: "[\(mark)]") {
        let exits = ExitCounters()
        let memory = ProcessMemory(of: process.id).besideGuest
        try Meter.mark(
          "\(mark) \(Int(time.nanoseconds)) \(exits.all - before.all) \(exits.forDevices - before.forDevices) \(memory)"
        )
        said.removeSubrange(..<place.upperBound)
        rest.removeFirst()
      }
    }
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

extension String {
  /// Where `text` stands for the first time.
  fileprivate func firstRange(of text: String) -> Range<String.Index>? {
    indices.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
  }
}
