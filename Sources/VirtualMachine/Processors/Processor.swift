import CKVM
import CLinux
import SystemPackage

/// One virtual CPU and the handling of its exits.
///
/// The thread that builds the machine makes it and hands it to a separate thread, the only one that runs it.
final class Processor: @unchecked Sendable {
  let index: Int
  /// Makes `run` return; usable from any thread while the processor exists.
  let exitRequest: KVMExitRequest
  // Used by the builder before the CPU's thread starts, and by that thread afterwards.
  var cpu: KVMCPU
  let machineCheckForm: MachineCheck.Form
  var observer: MachineObserver?

  /// Makes the CPU with APIC id `index` of `count` in its power-on state; the first one starts at `entry`.
  init(
    _ index: Int, of count: Int, in machine: borrowing KVMMachine, _ table: CPUIDTable, _ model: ProcessorModel,
    entry: ProgramEntry
  ) throws(KVMError) {
    var cpu = try machine.makeCPU(id: UInt32(index))
    try cpu.setCPUID(table.forCPU(apicID: UInt32(index), of: count, model))
    // Without them memory errors of the host end the guest, and media errors are found by its drivers alone.
    try? cpu.setUpMachineChecks()
    // Enables MTRRs with all memory write-back, as firmware does. Otherwise Linux does not use PAT.
    try cpu.setMSR(0x2ff, 0xc06)
    if index == 0 { try LongMode.enter(entry, &cpu) }
    self.index = index
    machineCheckForm = table.machineCheckForm
    exitRequest = cpu.exitRequest
    self.cpu = cpu
  }

  /// Runs the guest of `machine` while its gate is open, until it ends.
  func run(in machine: Machine) {
    let (gate, ending) = (machine.gate, machine.ending)
    var patience = Self.patience
    clinux_expect_memory_errors()
    while ending.ending == nil {
      // In this order: a request that comes with the closing of the gate is not forgotten unless the gate holds.
      cpu.forgetExitRequest()
      gate.enter()
      let result = ending.ending == nil ? run() : nil
      gate.leave()
      guard let result else { return }
      do throws(KVMError) {
        let exit = try result.get()
        observer?.saw(exit, on: index)
        let failed = UInt(clinux_take_memory_error())
        if failed != 0 { try report(failed, machine.memory) }
        patience = Self.patience
        guard try !handle(exit, machine) else { continue }
        ending.reach(.crashed(crash(exit == .shutdown ? .tripleFault : .exit(exit))))
      } catch .call(let name, .badAddress) {
        switch machine.memory.judge() {
        case .failed(let failure): ending.reach(.backendFailed(failure))
        case .retry: patience = Self.patience
        case .unknown where patience > 0: patience -= 1
        case .unknown: ending.reach(.crashed(crash(.call(.call(name, .badAddress)))))
        }
      } catch {
        ending.reach(.crashed(crash(.call(error))))
      }
    }
  }

  private func run() -> Result<KVMExit, KVMError> {
    do throws(KVMError) { return .success(try cpu.run()) } catch { return .failure(error) }
  }

  /// Reports the memory that failed at `address` of this process to the guest as a failure of its own memory.
  private func report(_ address: UInt, _ memory: MemoryBus) throws(KVMError) {
    guard let place = memory.guestAddress(ofFailedMemory: address) else { throw .call("KVM_RUN", .ioError) }
    _ = try cpu.raise(MachineCheck(machineCheckForm, unreadable: place, granularity: Self.pageGranularity))
  }

  private static let pageGranularity: UInt64 = 12

  /// The number of retries for unavailable memory: space may have become free just after the failure.
  private static let patience = 3

  /// Handles `exit`. Returns false if the guest cannot continue.
  func handle(_ exit: KVMExit, _ machine: Machine) throws(KVMError) -> Bool {
    let (ports, memory, ending) = (machine.ports, machine.memory, machine.ending)
    switch exit {
    case .portWrite(let access):
      // One instruction can make a thousand calls of label methods: ending the machine must not wait for all of them.
      for index in 0..<access.count where index == 0 || ending.ending == nil {
        ports.write(cpu.value(of: access, at: index), width: access.width, to: access.port)
      }
    case .portRead(let access):
      for index in 0..<access.count {
        cpu.answer(access, at: index, with: ports.read(width: access.width, from: access.port))
      }
    case .memoryWrite(let address, let width, let value):
      return memory.write(value, width: width, to: address) == .done
    case .memoryRead(let address, let width):
      switch memory.read(width: width, from: address) {
      case .value(let value): cpu.answerMemoryRead(with: value)
      case .unreadable(let place): try abandonRead(at: place, machine)
      case .stuck: return false
      }
    case .interrupted, .stepped: break
    case .internalError: return try finishInstruction(machine)
    case .halted, .shutdown, .systemEvent, .entryFailed, .unexpected: return false
    }
    return true
  }

  private func crash(_ cause: GuestCrash.Cause) -> GuestCrash {
    GuestCrash(cause: cause, processor: index, instruction: (try? cpu.registers())?.rip)
  }
}
