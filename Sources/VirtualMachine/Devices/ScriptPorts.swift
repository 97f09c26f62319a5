import Synchronization
import SystemPackage

/// Where the ports of a guest that runs a script lead, beside its console: COM2 is the script's standard output, COM3
/// its standard error, and COM4 tells how it ended.
package struct ScriptPorts: Sendable {
  package let output = HostConsole(output: .standardOutput)
  private let errors = HostConsole(output: .standardError, outputName: "standard error", mayBeLost: true)
  package let report = ScriptReport()

  package init() {}

  /// What takes the bytes of each port; `send` brings one of them to its place.
  package func takers(
    _ send: @escaping @Sendable (UInt8, HostConsole) -> Void
  ) -> [@Sendable (UInt8) -> Void] {
    [{ send($0, output) }, { send($0, errors) }, { report.receive($0) }]
  }
}

/// What a guest reports of its script at COM4: the line `status N`, with the exit status as a decimal number.
package final class ScriptReport: Sendable {
  private struct State {
    var line: [UInt8] = []
    var status: UInt8?
  }

  private let state = Mutex(State())
  /// What is longer is no line of ours.
  private static let limit = 256

  package init() {}

  package func receive(_ byte: UInt8) {
    state.withLock { state in
      guard byte == UInt8(ascii: "\n") else {
        if state.line.count < Self.limit { state.line.append(byte) }
        return
      }
      let words = String(decoding: state.line, as: UTF8.self).split(separator: " ")
      state.line = []
      if words.count == 2, words[0] == "status" { state.status = UInt8(words[1]) }
    }
  }

  /// The number, 0 to 255, once its whole line has come.
  package var status: UInt8? { state.withLock { $0.status } }
}
