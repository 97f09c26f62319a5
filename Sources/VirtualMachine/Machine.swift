import CLinux
import Firmware
import Glibc
import PersistentMemory
import Storage
import Synchronization
package import SystemPackage

/// One life of a guest, from its first instruction to power-off or reset.
///
/// A reset ends it; the next life is a new value on the same hardware.
package final class Machine: Sendable {
  package let ending: EndingSignal
  /// COM1.
  package let serial: SerialPort
  // In the order of their release: threads are joined before, and no CPU outlives its machine.
  private let processors: [Processor]
  private let kvm: OwnedMachine
  let regions: RegionMemory
  let hardware: GuestHardware
  package let ports: PortBus
  package let memory: MemoryBus
  let doorbell: MethodDoorbell
  let events: EventRegister
  let gate: RunGate
  private let threads: Mutex<[JoinableThread]>
  /// The NVDIMMs, by slot, whose guest has been said not to get a machine check.
  private let told = Mutex<Set<Int>>([])

  /// The signal that makes a thread leave the guest; this process uses it for nothing else.
  private static let kick = SIGUSR1

  package enum Failure: Error, Equatable {
    case kvm(KVMError)
    case boot(BootError)
    case host(Errno)
    case hardware(GuestHardware.Failure)
    /// The guest's memory reaches up to `end`, beyond the physical address space that this host's guests have.
    case tooFewAddressBits(Int, end: UInt64)
  }

  /// Loads `program` into `hardware` and prepares everything to run.
  ///
  /// With `isPaused` no CPU runs before `resume`. `send` takes each byte of the serial port; `otherPorts` are the ports
  /// from COM2 on.
  package init(
    _ hardware: GuestHardware, _ system: borrowing KVMSystem, program: some GuestProgram,
    otherPorts: [@Sendable (UInt8) -> Void] = [], isPaused: Bool = false, send: @escaping @Sendable (UInt8) -> Void
  ) throws(Failure) {
    for dimm in hardware.dimms { dimm.powerOn(hardware.alarm) }
    let entry: ProgramEntry
    do { entry = try hardware.load(program) } catch { throw .boot(error) }
    let table: CPUIDTable
    do { table = try system.supportedCPUID() } catch { throw .kvm(error) }
    guard hardware.end <= 1 << UInt64(table.physicalAddressBits) else {
      throw .tooFewAddressBits(table.physicalAddressBits, end: hardware.end)
    }
    do throws(KVMError) {
      let kvm = OwnedMachine(try Self.makeMachine(system, hardware))
      regions = try RegionMemory(kvm, from: UInt32(hardware.ram.parts.count + 1))
      let count = hardware.machine.processorNodes.count
      var processors: [Processor] = []
      for index in 0..<count {
        processors.append(
          try Processor(index, of: count, in: kvm.machine, table, hardware.processorModel, entry: entry))
        processors[index].observer = hardware.observer
      }
      self.kvm = kvm
      self.processors = processors
    } catch { throw .kvm(error) }
    do { ending = try EndingSignal() } catch { throw .host(error) }

    let kvm = kvm
    var ports = PortBus()
    let senders = [send] + otherPorts
    let serialPorts = zip(GuestPlatform.serialPorts, senders).map { place, send in
      let port = SerialPort(
        interrupt: { active in try? kvm.machine.setInterrupt(place.interrupt, active: active) }, send: send)
      ports.attach(port, at: place.ports)
      return port
    }
    serial = serialPorts[0]
    ports.attach(PowerRegisters(ending) { Self.meaningOfReset(program, hardware) }, at: PowerRegisters.ports)
    let events = EventRegister { active in
      try? kvm.machine.setInterrupt(GuestPlatform.eventInterrupt, active: active)
    }
    ports.attach(events, at: EventRegister.ports)
    self.events = events
    doorbell = MethodDoorbell(hardware) { notification in events.raise(notification) }
    ports.attach(doorbell, at: GuestPlatform.methodDoorbellPort...GuestPlatform.methodDoorbellPort)
    self.ports = ports
    memory = MemoryBus(hardware, ending)
    self.hardware = hardware
    threads = Mutex([])
    gate = RunGate(isClosed: isPaused)
    hardware.connect(show: { [weak self] dimm in self?.refresh(dimm) })
    do throws(KVMError) { for dimm in hardware.dimms { try show(dimm) } } catch { throw .kvm(error) }
  }

  /// Returns what a reset means now: a kernel told to mark panics writes the warm start flag before it asks for a
  /// reset.
  private static func meaningOfReset(_ program: some GuestProgram, _ hardware: GuestHardware) -> GuestEnding {
    guard program.marksPanics else { return .reset }
    return hardware.ram.read(at: LowMemory.warmStartFlag, count: 2) == LowMemory.warmStart ? .panicked : .reset
  }

  private static func makeMachine(
    _ system: borrowing KVMSystem, _ hardware: GuestHardware
  ) throws(KVMError) -> KVMMachine {
    let machine = try system.makeMachine()
    try machine.createInterruptControllers(reserved: LowMemory.realModeHelpers.lowerBound)
    var slot: UInt32 = 0
    for part in hardware.ram.parts {
      try machine.setMemory(
        slot: slot, address: part.address, mapping: hardware.ram.mapping, offset: part.offset, size: part.size)
      slot += 1
    }
    try machine.setMemory(
      slot: slot, address: GuestPlatform.firmwareMemory.lowerBound, mapping: hardware.firmware,
      size: hardware.firmware.size)
    return machine
  }

  /// Starts the CPUs, each on its own thread.
  package func start() throws(Errno) {
    // Here, so that the signal is harmless before the first thread runs; in the thread, so that it is delivered.
    _ = clinux_make_interrupting(Self.kick)
    for processor in processors {
      let thread = try JoinableThread(name: "vcpu\(processor.index)") { [self] in
        _ = clinux_make_interrupting(Self.kick)
        processor.run(in: self)
      }
      threads.withLock { $0.append(thread) }
    }
  }

  var processorCount: Int { processors.count }

  /// Shows `dimm` to the guest.
  func show(_ dimm: DIMM) throws(KVMError) {
    let reason = try regions.update(dimm)
    if let reason, told.withLock({ $0.insert(dimm.slot).inserted }) {
      hardware.tell(.errorsHidden(slot: dimm.slot, reason))
    }
    dimm.cache?.connect { [regions, weak dimm] () throws(Errno) in
      guard let dimm else { return nil }
      return try regions.writtenPages(of: dimm)
    }
  }

  /// Shows what the guest is to see of `dimm`, whose condition has changed.
  private func refresh(_ dimm: DIMM) {
    guard !regions.isCurrent(dimm) else { return }
    gate.hold(interrupting: interruptProcessors) {
      dimm.cache?.collect()
      // A guest that has no memory there gets its data by way of this process.
      try? show(dimm)
    }
  }

  /// Shows the guest all pages of its NVDIMMs, with errors too, for `reason`.
  func includeErrors(_ reason: HiddenErrors) {
    regions.includeErrors(reason)
    for dimm in hardware.dimms { refresh(dimm) }
  }

  /// Runs `body` while no CPU is in the guest, and the guest has `places` of its NVDIMMs, with errors or without.
  func holding<Result>(
    _ places: [RegionMemory.Place], _ body: () throws(KVMError) -> Result
  ) throws(KVMError) -> Result {
    try gate.hold(interrupting: interruptProcessors) { () throws(KVMError) in try regions.including(places, body) }
  }

  /// Makes every CPU leave the guest once.
  func interruptProcessors() {
    for processor in processors { processor.exitRequest.send() }
    threads.withLock { for thread in $0 { thread.interrupt(with: Self.kick) } }
  }

  /// Ends the guest, if it has not ended, and waits until no CPU runs any more. Returns how it ended.
  package func stop() -> GuestEnding {
    ending.reach(.stopped)
    for processor in processors { processor.exitRequest.send() }
    gate.open()
    let threads = threads.withLock { threads in
      defer { threads = [] }
      return threads
    }
    JoinableThread.join(threads, interruptingWith: Self.kick)
    for dimm in hardware.dimms { dimm.cache?.disconnect() }
    return ending.ending ?? .stopped
  }
}

extension Machine {
  /// Plugs `dimm` into a machine that may be running, and notifies the guest.
  ///
  /// The guest reads `_FIT` whole, with one request, so it needs no sign that the table changed between two.
  package func plug(_ dimm: DIMM) throws(Failure) {
    let contents: GuestHardware.Contents
    do { contents = try hardware.contents(with: dimm) } catch { throw .hardware(error) }
    dimm.powerOn(hardware.alarm)
    do { try show(dimm) } catch { throw .kvm(error) }
    hardware.accept(contents)
    doorbell.plug(dimm)
    events.raise(.nvdimmPlugged)
  }

  /// Presses the power button; the guest decides what follows.
  package func pressPowerButton() { events.raise(.powerButton) }

  /// Pauses every CPU, and waits until none is in the guest.
  ///
  /// Waits at most a second for a CPU whose output blocks: it will not enter the guest again.
  package func pause() {
    gate.close()
    let end = ContinuousClock.now + .seconds(1)
    while gate.waiters < processorCount, ending.ending == nil, ContinuousClock.now < end {
      interruptProcessors()
      usleep(500)
    }
  }

  package func resume() { gate.open() }
}
