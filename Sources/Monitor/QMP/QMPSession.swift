import Basics
import QEMU
package import VirtualMachine

/// A client's conversation in the QEMU Machine Protocol.
///
/// Source: QEMU `docs/interop/qmp-spec.txt`, `monitor/qmp.c`, `qapi/qmp-dispatch.c`.
package final class QMPSession: MonitorSession {
  let machine: any MonitoredMachine
  private var stream = JSONStream()
  private var isNegotiated = false
  /// Seconds and microseconds since 1970, for events.
  private let now: @Sendable () -> (seconds: Int, microseconds: Int)

  package init(
    _ machine: any MonitoredMachine,
    now: @escaping @Sendable () -> (seconds: Int, microseconds: Int) = QMPSession.clock
  ) {
    self.machine = machine
    self.now = now
  }

  package var greeting: String {
    let hello = JSONValue.object([("version", Self.version), ("capabilities", .array([]))])
    return Self.line(.object([("QMP", hello)]))
  }

  package func receive(_ bytes: [UInt8]) -> String {
    var answers = ""
    var stream = stream
    stream.read(bytes) { result in
      switch result {
      case .success(let message): answers += Self.line(answer(to: message))
      case .failure(let error): answers += Self.line(Self.failure(MonitorError(error.description), id: nil))
      }
    }
    self.stream = stream
    return answers
  }

  package func text(of event: MachineEvent) -> String {
    guard isNegotiated else { return "" }
    let (seconds, microseconds) = now()
    let time = JSONValue.object([
      ("seconds", .integer(Int64(seconds))), ("microseconds", .integer(Int64(microseconds))),
    ])
    let (name, data) = event.protocolForm
    return Self.line(
      .object([("timestamp", time), ("event", .text(name))] + (data.map { [("data", $0)] } ?? [])))
  }

  /// Returns the answer to a whole message.
  private func answer(to message: JSONValue) -> JSONValue {
    let id = message["id"]
    do throws(MonitorError) {
      let result = try perform(message)
      return .object([("return", result)] + (id.map { [("id", $0)] } ?? []))
    } catch {
      return Self.failure(error, id: id)
    }
  }

  private func perform(_ message: JSONValue) throws(MonitorError) -> JSONValue {
    guard case .object(let members) = message else { throw MonitorError("QMP input must be a JSON object") }
    for (key, value) in members {
      switch key {
      case "execute": if value.text == nil { throw MonitorError("QMP input member 'execute' must be a string") }
      case "arguments":
        guard case .object = value else { throw MonitorError("QMP input member 'arguments' must be an object") }
      case "id": break
      default: throw MonitorError("QMP input member '\(key)' is unexpected")
      }
    }
    guard let name = message["execute"]?.text else {
      throw MonitorError("QMP input lacks member 'execute'")
    }
    guard isNegotiated || name == QMPCommand.negotiate.rawValue else {
      throw MonitorError(
        "Expecting capabilities negotiation with 'qmp_capabilities'", kind: .commandNotFound)
    }
    guard let command = QMPCommand(rawValue: name) else {
      throw MonitorError("The command \(name) has not been found", kind: .commandNotFound)
    }
    guard command != .negotiate || !isNegotiated else {
      throw MonitorError(
        "Capabilities negotiation is already complete, command ignored", kind: .commandNotFound)
    }
    let arguments = QMPArguments(message["arguments"])
    if let known = command.arguments { try arguments.check(known) }
    let result = try perform(command, arguments)
    if command == .negotiate { isNegotiated = true }
    return result
  }

  private static func failure(_ error: MonitorError, id: JSONValue?) -> JSONValue {
    let fact = JSONValue.object([("class", .text(error.kind.rawValue)), ("desc", .text(error.description))])
    return .object((id.map { [("id", $0)] } ?? []) + [("error", fact)])
  }

  private static func line(_ value: JSONValue) -> String { value.formatted(.monitor) + "\r\n" }
}
