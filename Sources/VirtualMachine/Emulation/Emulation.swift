import Glibc
package import SystemPackage

/// A guest with its console, from the start of the process to the end of its last life.
package struct Emulation: ~Copyable {
  /// Why the emulation ended.
  package enum Outcome: Equatable, Sendable {
    /// The guest ended by itself.
    case guest(GuestEnding)
    /// Ctrl-A X, or a monitor's `quit`.
    case quit
    /// A signal asked the process to end.
    case signal(Int32)
    /// The output of this name was lost.
    case output(String, Errno)
    /// The guest did not end within its time limit.
    case timeout
  }

  private let hardware: GuestHardware
  private let system: KVMSystem
  private let signals: HostSignals
  private let console: HostConsole
  private let monitors: Monitors
  /// Whether a guest that resets itself is started again.
  private let restarts: Bool
  private let script: ScriptPorts?
  private let deadline: ContinuousClock.Instant?
  /// Takes messages for the user at the console.
  private let notify: @Sendable (String) -> Void
  private let watch: BackendWatch
  private let events: MachineEventQueue

  /// The means of controlling the machine from outside.
  package struct Monitors {
    let control: MachineControl
    let console: (any ConsoleMonitor)?
    let attendants: [any Attendant]

    package init(
      _ control: MachineControl = MachineControl(), console: (any ConsoleMonitor)? = nil,
      attendants: [any Attendant] = []
    ) {
      self.control = control
      self.console = console
      self.attendants = attendants + (console.map { [$0] } ?? [])
    }
  }

  package init(
    _ hardware: GuestHardware, system: consuming KVMSystem, console: HostConsole, restarts: Bool,
    script: ScriptPorts? = nil, timeout: Duration? = nil, monitors: Monitors = Monitors(),
    notify: @escaping @Sendable (String) -> Void
  ) throws(Machine.Failure) {
    // No part of this value may exist yet if an error is thrown.
    let events: MachineEventQueue
    do { events = try MachineEventQueue() } catch { throw .host(error) }
    do { signals = try HostSignals() } catch { throw .host(error) }
    // Only now, because its thread must hold signals back.
    system.prepareMachine()
    self.hardware = hardware
    self.system = system
    self.console = console
    self.monitors = monitors
    self.restarts = restarts
    self.script = script
    deadline = timeout.map { .now + $0 }
    self.notify = notify
    self.events = events
    watch = BackendWatch(hardware)
    hardware.alarm.connect { failure in
      notify("\(failure.subject): \(failure)")
      events.add(.backendFailed(slot: failure.slot, reason: "\(failure)"))
    }
    hardware.connect { [weak hardware] event in
      if case .errorsHidden(let slot, let reason) = event {
        let dimm = hardware?.dimms.first { $0.slot == slot }
        notify("\(dimm?.subject ?? "NVDIMM in slot \(slot)"): \(reason)")
      }
      events.add(event)
    }
  }

  /// Runs `program`, again after each reset if the machine restarts. The terminal is raw meanwhile.
  ///
  /// Calls `started` when nothing can fail any more that would keep the guest from running.
  package func run(_ program: some GuestProgram, started: () -> Void) throws(Machine.Failure) -> Outcome {
    var keyboard = Keyboard(console)
    defer { for attendant in monitors.attendants { attendant.finish() } }
    while true {
      let outcome = try life(of: program, &keyboard, started)
      let cause = monitors.control.request ?? EndingCause(outcome)
      monitors.control.request = nil
      // A kernel that panicked would panic again and again.
      guard restarts, outcome == .guest(.reset) else {
        monitors.control.announce(.shutdown(cause))
        return outcome
      }
      monitors.control.announce(.reset(cause))
    }
  }

  private func life(
    of program: some GuestProgram, _ keyboard: inout Keyboard, _ started: () -> Void
  ) throws(Machine.Failure) -> Outcome {
    let lost: HostEvent
    do { lost = try HostEvent() } catch { throw .host(error) }
    let output = ConsoleOutput(lost)
    let machine = try Machine(
      hardware, system, program: program, otherPorts: script?.takers { output.send($0, to: $1) } ?? [],
      isPaused: monitors.control.runState != .running
    ) { [console] in output.send($0, to: console) }
    do { try machine.start() } catch {
      _ = machine.stop()
      throw .host(error)
    }
    started()
    monitors.control.machine = machine
    defer { monitors.control.machine = nil }
    let interruption: Outcome?
    do { interruption = try wait(for: machine, output, &keyboard) } catch {
      output.abandon()
      _ = machine.stop()
      throw .host(error)
    }
    output.abandon()
    let ending = machine.stop()
    return interruption ?? .guest(ending)
  }

  /// Why the output of the console or of a script was lost, if it was.
  private var loss: Outcome? {
    [console, script?.output].lazy.compactMap { lost in
      lost.flatMap { lost in lost.outputFailure.map { .output(lost.outputName, $0) } }
    }.first
  }

  /// The milliseconds that the guest has left to end; -1 means no limit.
  private var patience: Int32 {
    guard let deadline else { return -1 }
    let time = (deadline - .now).components
    return Int32(clamping: max(0, time.seconds * 1000 + time.attoseconds / 1_000_000_000_000_000 + 1))
  }

  /// Waits until the guest ends, and returns `nil`, or until the host has a reason to end it.
  private func wait(
    for machine: Machine, _ output: ConsoleOutput, _ keyboard: inout Keyboard
  ) throws(Errno) -> Outcome? {
    while true {
      switch monitors.control.request {
      case nil: break
      case .hostReset?: return .guest(.reset)
      default: return .quit
      }
      // While the guest does not keep up, its input waits.
      let isFull = machine.serial.isFull && monitors.console?.hasFocus != true
      let descriptors = [
        machine.ending.descriptor, signals.descriptor, output.lost,
        isFull || monitors.console?.isBusy == true ? nil : keyboard.descriptor,
        watch.descriptor, events.descriptor,
      ]
      let interests = monitors.attendants.map(\.interests)
      if watch.follow() { endAtTruncation(machine) }
      // poll(2) ignores a negative descriptor.
      var polled =
        descriptors.map { pollfd(fd: $0?.rawValue ?? -1, events: Int16(POLLIN), revents: 0) }
        + interests.joined().map(\.polled)
      // Safe: the call gets the array's own count.
      let patience = patience
      let result = unsafe poll(&polled, nfds_t(polled.count), isFull ? 20 : patience)
      guard result >= 0 else {
        if errno == EINTR { continue }
        throw Errno(rawValue: errno)
      }
      if polled[1].revents != 0, let signal = signals.next() {
        monitors.control.request = .hostSignal
        return .signal(signal)
      }
      if polled[4].revents != 0 { endAtTruncation(machine) }
      for event in polled[5].revents != 0 ? events.takeAll() : [] { monitors.control.announce(event) }
      if polled[0].revents != 0 { return nil }
      if polled[2].revents != 0, let loss { return loss }
      if let deadline, ContinuousClock.now >= deadline { return .timeout }
      if polled[3].revents != 0, read(&keyboard, machine) == .quit { return .quit }
      var rest = polled[descriptors.count...]
      for (attendant, interests) in zip(monitors.attendants, interests) {
        let ready = zip(interests, rest).filter { $1.revents != 0 }.map(\.0)
        rest = rest.dropFirst(interests.count)
        if !ready.isEmpty { attendant.serve(ready) }
      }
    }
  }

  /// Ends the guest if a backend has become too short.
  private func endAtTruncation(_ machine: Machine) {
    guard let failure = watch.failure() else { return }
    hardware.alarm.raise(failure)
    machine.ending.reach(.backendFailed(failure))
  }

  /// Passes on typed input. Returns the reason to end the machine, if any.
  private func read(_ keyboard: inout Keyboard, _ machine: Machine) -> Outcome? {
    for key in keyboard.read() {
      switch key {
      case .input(let bytes):
        if let monitor = monitors.console, monitor.hasFocus {
          monitor.type(bytes)
        } else {
          machine.serial.receive(bytes)
        }
      case .command(.quit):
        monitors.control.request = .hostConsole
        return .quit
      case .command(.monitor):
        if let monitor = monitors.console {
          monitor.switchFocus()
        } else {
          notify("this console has no monitor (Ctrl-A X ends the machine)")
        }
      case .command(.help):
        notify(
          "Ctrl-A X ends the machine, Ctrl-A C switches between console and monitor, Ctrl-A Ctrl-A sends Ctrl-A")
      }
    }
    return nil
  }
}

extension EndingCause {
  fileprivate init(_ outcome: Emulation.Outcome) {
    switch outcome {
    case .guest(let ending): self.init(ending)
    case .quit: self = .hostQuit
    case .signal, .timeout: self = .hostSignal
    case .output: self = .hostError
    }
  }
}
