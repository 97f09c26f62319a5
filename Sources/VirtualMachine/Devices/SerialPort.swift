import Synchronization

/// A serial port of the guest, which connects its I/O ports, its interrupt line and a host's console.
package final class SerialPort: PortDevice {
  private struct State: Sendable {
    var registers = UART16550()
    /// Bytes that wait for room in the receiver.
    var backlog: [UInt8] = []
    var isInterrupting = false
  }

  private let state = Mutex(State())
  private let interrupt: @Sendable (Bool) -> Void
  private let send: @Sendable (UInt8) -> Void

  /// The number of waiting bytes at which the host stops reading more.
  private static let backlogLimit = 4096

  /// `interrupt` drives the port's line, one call at a time. `send` takes the guest's output on the thread of the CPU
  /// that sends it, and may block.
  package init(interrupt: @escaping @Sendable (Bool) -> Void, send: @escaping @Sendable (UInt8) -> Void) {
    self.interrupt = interrupt
    self.send = send
  }

  /// Whether `receive` should wait because the guest does not keep up.
  package var isFull: Bool { state.withLock { $0.backlog.count >= Self.backlogLimit } }

  /// Takes input from the host's side.
  package func receive(_ bytes: [UInt8]) {
    update { state in state.backlog += bytes }
  }

  package func write(_ value: UInt32, width: Int, offset: Int) {
    guard width == 1 else { return }
    let sent = update { state in state.registers.write(UInt8(truncatingIfNeeded: value), register: offset) }
    // Outside the lock: a host that does not read holds up only this CPU.
    if let sent { send(sent) }
  }

  package func read(width: Int, offset: Int) -> UInt32 {
    guard width == 1 else { return .max }
    return update { state in UInt32(state.registers.read(register: offset)) }
  }

  /// Changes the state, moves waiting bytes into the receiver, and drives the interrupt line if it changed.
  private func update<Result>(_ change: (inout State) -> sending Result) -> sending Result {
    state.withLock { state in
      let result = change(&state)
      while !state.backlog.isEmpty, state.registers.room > 0 {
        state.registers.receive(state.backlog.removeFirst())
      }
      let isInterrupting = state.registers.isInterrupting
      if isInterrupting != state.isInterrupting {
        state.isInterrupting = isInterrupting
        interrupt(isInterrupting)
      }
      return result
    }
  }
}
