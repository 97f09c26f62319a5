import CKVM
import KVM
import SystemPackage
import VNVDIMMCore

/// One virtual CPU and the work that its exits make.
///
/// Made by the thread that builds the machine, then handed to a thread of its own, which alone runs it.
final class Processor: @unchecked Sendable {
  let index: Int
  /// Makes `run` return; usable from any thread while the processor exists.
  let exitRequest: KVMExitRequest
  // Touched by the builder before its thread starts, and by that thread afterwards.
  private var cpu: KVMCPU
  var observer: MachineObserver?

  /// The CPU with APIC id `index` of `count`, in the state after power-on; the first one in front of `entry`.
  init(
    _ index: Int, of count: Int, in machine: borrowing KVMMachine, _ table: CPUIDTable, entry: ProgramEntry
  ) throws(KVMError) {
    var cpu = try machine.makeCPU(id: UInt32(index))
    try cpu.setCPUID(table.forCPU(apicID: UInt32(index), of: count))
    // MTRRs on, all memory write-back: as firmware leaves them. Without, Linux does without PAT.
    try cpu.setMSR(0x2ff, 0xc06)
    if index == 0 { try LongMode.enter(entry, &cpu) }
    self.index = index
    exitRequest = cpu.exitRequest
    self.cpu = cpu
  }

  /// Runs the guest until the machine ends, while `gate` is open.
  func run(ports: PortBus, gate: RunGate, ending: EndingSignal) {
    while ending.ending == nil {
      // In this order: a request that comes with the closing of the gate is not forgotten unless the gate holds.
      cpu.forgetExitRequest()
      gate.pass()
      guard ending.ending == nil else { return }
      do throws(KVMError) {
        let exit = try cpu.run()
        observer?.saw(exit, on: index)
        if !handle(exit, ports) { ending.reach(.crashed(crash(exit == .shutdown ? .tripleFault : .exit(exit)))) }
      } catch {
        ending.reach(.crashed(crash(.call(error))))
      }
    }
  }

  /// False where the guest cannot go on.
  private func handle(_ exit: KVMExit, _ ports: PortBus) -> Bool {
    switch exit {
    case .portWrite(let access):
      for index in 0..<access.count {
        ports.write(cpu.value(of: access, at: index), width: access.width, to: access.port)
      }
    case .portRead(let access):
      for index in 0..<access.count {
        cpu.answer(access, at: index, with: ports.read(width: access.width, from: access.port))
      }
    // Where there is no memory, or memory that may not be written, writes go nowhere and reads give all ones.
    case .memoryWrite: break
    case .memoryRead: cpu.answerMemoryRead(with: .max)
    case .interrupted: break
    case .halted, .shutdown, .systemEvent, .entryFailed, .internalError, .unexpected: return false
    }
    return true
  }

  private func crash(_ cause: GuestCrash.Cause) -> GuestCrash {
    GuestCrash(cause: cause, processor: index, instruction: (try? cpu.registers())?.rip)
  }
}
