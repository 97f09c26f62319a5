package import VirtualMachine

/// The monitor for people at a terminal in raw mode: it shows what is typed and lets it be edited.
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
