package import VirtualMachine

/// The monitor for people, for clients that send whole lines: through a socket or a pipe.
///
/// Source: QEMU `docs/system/monitor.rst`, `monitor/hmp.c`.
package final class HMPSession: MonitorSession {
  private let interpreter: HMPInterpreter
  private var line: [UInt8] = []
  private var isTooLong = false

  /// The maximum number of bytes in a line, as in QEMU.
  static let lineLimit = 4095
  static let prompt = "(qemu) "

  package init(_ machine: any MonitoredMachine) { interpreter = HMPInterpreter(machine: machine) }

  package var greeting: String { Self.hello + Self.prompt }

  static let hello = "vnvdimm emulate monitor - type 'help' for more information\r\n"

  package func receive(_ bytes: [UInt8]) -> String {
    var answers = ""
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        answers += end()
      default:
        // A line that is too long is dropped as a whole: its start alone might mean something else.
        if line.count < Self.lineLimit { line.append(byte) } else { isTooLong = true }
      }
    }
    return answers
  }

  private func end() -> String {
    defer {
      line = []
      isTooLong = false
    }
    guard !isTooLong else { return Self.text(["Error: a line has at most \(Self.lineLimit) characters"]) }
    return Self.text(interpreter.execute(String(decoding: line, as: UTF8.self)))
  }

  /// Returns `lines` as they are sent, followed by the prompt.
  static func text(_ lines: [String]) -> String { lines.map { $0 + "\r\n" }.joined() + prompt }

  package func text(of event: MachineEvent) -> String { "" }
}

/// The monitor for people on a terminal in raw mode: it echoes the input and provides line editing.
package final class HMPTerminal: MonitorSession {
  private let interpreter: HMPInterpreter
  private var editor = LineEditor(
    completions: HMPCommand.allCases.map(\.rawValue).filter { $0 != "info" }
      + HMPInformation.allCases.map { "info \($0.rawValue)" })

  package init(_ machine: any MonitoredMachine) { interpreter = HMPInterpreter(machine: machine) }

  package var greeting: String { HMPSession.hello + HMPSession.prompt }

  package func receive(_ bytes: [UInt8]) -> String {
    editor.type(bytes).map { key in
      switch key {
      case .echo(let text): text
      case .line(let line): HMPSession.text(interpreter.execute(line))
      }
    }.joined()
  }

  package func text(of event: MachineEvent) -> String { "" }
}
