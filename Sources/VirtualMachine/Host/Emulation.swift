import Glibc
package import KVM
package import SystemPackage

/// A guest with its console, from the start of the process to the end of its last life.
package struct Emulation: ~Copyable {
  /// Why it is over.
  package enum Outcome: Equatable, Sendable {
    /// The guest came to its end by itself.
    case guest(GuestEnding)
    /// Ctrl-A X.
    case quit
    /// The process was asked to end.
    case signal(Int32)
    /// The console's output is lost.
    case output(Errno)
  }

  private let hardware: GuestHardware
  private let system: KVMSystem
  private let signals: HostSignals
  private let console: HostConsole
  /// A guest that resets itself is started anew.
  private let restarts: Bool
  private let report: StatusReport?
  /// Takes messages for whoever sits at the console.
  private let notify: (String) -> Void

  package init(
    _ hardware: GuestHardware, system: consuming KVMSystem, console: HostConsole, restarts: Bool,
    report: StatusReport? = nil, notify: @escaping (String) -> Void
  ) throws(Machine.Failure) {
    do { signals = try HostSignals() } catch { throw .host(error) }
    self.hardware = hardware
    self.system = system
    self.console = console
    self.restarts = restarts
    self.report = report
    self.notify = notify
  }

  /// Runs `program`, again after each reset where the machine restarts. The terminal is raw meanwhile.
  ///
  /// `started` is called when nothing can fail any more that would keep the guest from running.
  package func run(_ program: some GuestProgram, started: () -> Void) throws(Machine.Failure) -> Outcome {
    var keyboard = Keyboard(console)
    while true {
      let outcome = try life(of: program, &keyboard, started)
      guard restarts else { return outcome }
      switch outcome {
      case .guest(.reset): continue
      case .guest(.panicked): notify("the guest's kernel panicked; it starts again")
      default: return outcome
      }
    }
  }

  private func life(
    of program: some GuestProgram, _ keyboard: inout Keyboard, _ started: () -> Void
  ) throws(Machine.Failure) -> Outcome {
    let lost: HostEvent
    do { lost = try HostEvent() } catch { throw .host(error) }
    let output = ConsoleOutput(console, lost)
    let machine = try Machine(hardware, system, program: program, report: report) { output.send($0) }
    do { try machine.start() } catch {
      _ = machine.stop()
      throw .host(error)
    }
    started()
    let interruption: Outcome?
    do { interruption = try wait(for: machine, output, &keyboard) } catch {
      _ = machine.stop()
      throw .host(error)
    }
    let ending = machine.stop()
    return interruption ?? .guest(ending)
  }

  /// Waits until the guest ends, which gives nil, or the host has a reason to end it.
  private func wait(
    for machine: Machine, _ output: ConsoleOutput, _ keyboard: inout Keyboard
  ) throws(Errno) -> Outcome? {
    while true {
      // While the guest does not keep up, what is typed waits.
      let isFull = machine.serial.isFull
      let descriptors = [
        machine.ending.descriptor, signals.descriptor, output.lost, isFull ? nil : keyboard.descriptor,
      ]
      // A negative descriptor is passed over.
      var polled = descriptors.map { pollfd(fd: $0?.rawValue ?? -1, events: Int16(POLLIN), revents: 0) }
      // Safe: the array has as many elements as the call is told.
      let result = unsafe poll(&polled, nfds_t(polled.count), isFull ? 20 : -1)
      guard result >= 0 else {
        if errno == EINTR { continue }
        throw Errno(rawValue: errno)
      }
      if polled[1].revents != 0, let signal = signals.next() { return .signal(signal) }
      if polled[0].revents != 0 { return nil }
      if polled[2].revents != 0, let error = console.outputFailure { return .output(error) }
      guard polled[3].revents != 0 else { continue }
      for key in keyboard.read() {
        switch key {
        case .input(let bytes): machine.serial.receive(bytes)
        case .command(.quit): return .quit
        case .command(.monitor): notify("there is no monitor yet (Ctrl-A X ends the machine)")
        case .command(.help): notify("Ctrl-A X ends the machine, Ctrl-A Ctrl-A sends Ctrl-A")
        }
      }
    }
  }
}

/// The console's output as the CPUs' threads see it.
private final class ConsoleOutput: Sendable {
  private let console: HostConsole
  private let event: HostEvent

  init(_ console: HostConsole, _ event: consuming HostEvent) {
    self.console = console
    self.event = event
  }

  /// Readable once output is lost.
  var lost: FileDescriptor { event.descriptor }

  func send(_ byte: UInt8) { if !console.send(byte) { event.send() } }
}
