import QEMU
import TestSupport
import Testing

@Suite("Hostile command lines")
struct CommandLineFuzzTests {
  private static let words = [
    "-machine", "-m", "-smp", "-object", "-device", "--nvdimm", "-serial", "-monitor", "-qmp", "-accel", "--engine",
    "-M", "-display", "-append", "--", "-", "", "pc", "nvdimm", "memory-backend-file", "memory-backend-ram", "id=m",
    "mem-path=a", "size=64M", "size=", "size=99999999999999999999E", "align=-1", "label-size=128K", "memdev=m",
    "slots=",
    "slots=-1", "maxmem=16E", "addr=0xffffffffffffffff", "slot=-9223372036854775808", "uuid=", "node=4294967296", "=",
    ",", ",,", "=,=", "{", "{}", "{\"id\":1e400}", "[[[[", "\u{301}", "ß", "\0", "1.", "0x", "cpus=65535",
    "threads=65535",
    "cores=65535", "unix:", "file:", "server", "on",
  ]

  @Test("nothing that can be typed traps, and every refusal says why")
  func fuzz() {
    var generator = SeededGenerator(fuzzing: "command lines")
    for _ in 0..<20000 {
      let arguments = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        (0..<Int.random(in: 1...5, using: &generator)).map { _ in Self.words.randomElement(using: &generator) ?? "" }
          .joined(separator: Bool.random(using: &generator) ? "," : "")
      }
      do {
        let machine = try JudgedMachine(arguments)
        #expect(machine.devices.count == machine.configuration.command.devices.count, "\(arguments)")
      } catch let stop as QEMUStop {
        switch stop {
        case .complaint: #expect(stop.message?.contains { $0 != " " && $0 != ":" } == true, "\(arguments)")
        case .help: break
        case .crash, .hang, .unknown, .unsaid: Issue.record("\(stop): \(arguments)")
        }
      } catch { Issue.record(error, "\(arguments)") }
    }
  }

  @Test("what an option list says survives being written and read again")
  func roundTrip() {
    var generator = SeededGenerator(fuzzing: "option lists")
    let letters = Array("ab,=\u{301}ß 1")
    for _ in 0..<5000 {
      let pairs = (0..<Int.random(in: 1...5, using: &generator)).map { index in
        let value = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
          letters.randomElement(using: &generator) ?? " "
        }
        return ("key\(index)", String(value))
      }
      let text = pairs.map { "\($0)=" + $1.utf8Doubled }.joined(separator: ",")
      let list = OptionList(parsing: text, impliedKey: nil)
      #expect(list.options.map(\.key) == pairs.map(\.0), "\(text)")
      #expect(list.options.map(\.value) == pairs.map(\.1), "\(text)")
    }
  }
}

extension String {
  /// The text with every comma doubled, even if a combining mark follows it.
  fileprivate var utf8Doubled: String {
    String(decoding: utf8.flatMap { $0 == UInt8(ascii: ",") ? [$0, $0] : [$0] }, as: UTF8.self)
  }
}
