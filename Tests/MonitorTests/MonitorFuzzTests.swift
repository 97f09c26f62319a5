import Monitor
import TestSupport
import Testing

/// Whatever a client sends, a monitor must answer within bounds and not trap.
@Suite("Monitors under fuzz")
struct MonitorFuzzTests {
  private static let words = [
    "{", "}", "[", "]", ":", ",", "\"", "'", "\\", "\\u", "\\ud800", "\\u0041", "\n", "\r", "\t", " ", "\0", "\u{7f}",
    "\u{1b}[A", "\u{1b}[", "\u{1b}", "\u{01}", "\u{08}", "\u{15}", "é", "-", "0", "1e999", "18446744073709551616",
    "-9223372036854775809", "1.5", "true", "null", "\"execute\"", "\"arguments\"", "\"id\"", "\"object-add\"",
    "\"device_add\"", "\"object-del\"", "\"query-memory-devices\"", "\"qom-type\"", "\"memory-backend-ram\"",
    "\"memory-backend-file\"", "\"mem-path\"", "\"size\"", "\"driver\"", "\"nvdimm\"", "\"memdev\"", "\"m0\"",
    "{\"execute\":", "{\"execute\":\"qmp_capabilities\"}", ",\"arguments\":{", "object_add ", "device_add ", "nvdimm,",
    "memory-backend-ram,", "id=", "size=", "memdev=m0", "label-size=", "slot=", "addr=", "node=", "uuid=", ",,", "=",
    "info ", "help ", "stop", "cont", "quit", "info memory-devices",
  ]

  /// Returns a sequence of words of both languages and random bytes.
  private static func input(_ generator: inout SeededGenerator) -> [UInt8] {
    (0..<Int.random(in: 1...12, using: &generator)).flatMap { _ -> [UInt8] in
      guard Int.random(in: 0..<8, using: &generator) > 0 else { return [UInt8.random(in: 0...255, using: &generator)] }
      return Array((words.randomElement(using: &generator) ?? "").utf8)
    }
  }

  @Test("QMP, HMP and HMP at a terminal")
  func input() throws {
    var generator = SeededGenerator(fuzzing: "monitors")
    var sessions = try Self.sessions()
    for round in 0..<SeededGenerator.count(default: 10_000, optimized: 100_000) {
      // Devices and backends accumulate, so the machine is replaced now and then.
      if round.isMultiple(of: 500) { sessions = try Self.sessions() }
      let input = Self.input(&generator)
      for index in sessions.indices {
        let answer = sessions[index].receive(input)
        #expect(answer.utf8.count < 1 << 20)
      }
    }
    // Afterwards, each session still understands a whole message.
    for index in sessions.indices {
      _ = sessions[index].receive(Array("\n\u{15}\"'\n\u{03}\r\n".utf8))
    }
  }

  private static func sessions() throws -> [any MonitorSession] {
    [QMPSession(try FakeMachine()), HMPSession(try FakeMachine()), HMPTerminal(try FakeMachine())]
  }
}
