import Glibc
package import SystemPackage
package import VirtualMachine

/// The monitor on the console, which it may share with the guest's serial port.
package final class SharedConsoleMonitor: ConsoleMonitor {
  private let output: FileDescriptor
  private let session: any MonitorSession
  private var queue = OutputQueue()
  private var isGreeted = false
  /// Whether there is no serial port on this console.
  private let isAlone: Bool
  package private(set) var hasFocus: Bool

  /// With `isAlone`, all input is for the monitor.
  package init(_ machine: any MonitoredMachine, input: FileDescriptor, output: FileDescriptor, isAlone: Bool) {
    self.output = output
    self.isAlone = isAlone
    // Without a terminal for the input, nothing of it is echoed.
    session = isatty(input.rawValue) == 1 ? HMPTerminal(machine) : HMPSession(machine)
    hasFocus = isAlone
    if isAlone { greet() }
  }

  package func switchFocus() {
    guard !isAlone else { return }
    hasFocus.toggle()
    // On a new line, whatever the guest wrote last.
    queue.append("\r\n")
    if hasFocus { greet() }
  }

  package func type(_ bytes: [UInt8]) { queue.append(session.receive(bytes)) }

  package var isBusy: Bool { queue.isHigh }

  package var interests: [Interest] { queue.isEmpty ? [] : [Interest(.writing, output)] }

  package func serve(_ ready: [Interest]) { if !queue.send(on: output) { queue = OutputQueue() } }

  package func finish() { queue.drain(to: output) }

  private func greet() {
    queue.append(isGreeted ? HMPSession.prompt : session.greeting)
    isGreeted = true
  }
}
