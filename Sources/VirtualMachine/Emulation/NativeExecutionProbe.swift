import CKVM
import Glibc
import Storage
import Synchronization
import SystemPackage

/// Tests whether this host's KVM runs a guest's kernel code natively.
///
/// Some hosts that are guests themselves offer a KVM that emulates kernel code instruction by instruction, at some two
/// million per second: enough for tests, but a thousand times too slow for Linux.
package struct NativeExecutionProbe: Sendable {
  /// Instructions per second below which the code is emulated; native code is more than ten times as fast, even in an
  /// emulated machine.
  package static let threshold = 20e6
  private static let iterations: UInt16 = 2000
  /// Other work on the host may slow a run down, but never speeds one up.
  private static let attempts = 5

  package let instructionsPerSecond: Double

  package var isNative: Bool { instructionsPerSecond >= Self.threshold }

  /// Compares the times of 2000 instructions in kernel mode and of one; natively they take far less than a millisecond.
  package init(_ system: borrowing KVMSystem) throws(KVMError) {
    let memory: MemoryMapping
    do { memory = try MemoryMapping(zeroes: 0x1000) } catch { throw .call("mmap", error) }
    _ = memory.write([0xe2, 0xfe, 0xf4], at: 0)  // loop to itself, CX times; hlt
    let machine = try system.makeMachine()
    try machine.setMemory(slot: 0, address: 0x1000, mapping: memory, size: 0x1000)
    var cpu = try machine.makeCPU(id: 0)
    var special = try cpu.specialRegisters()
    special.cs.base = 0
    special.cs.selector = 0
    try cpu.setSpecialRegisters(special)

    // Both times include entering and leaving the guest, so their difference does not.
    var (short, long) = (Double.infinity, Double.infinity)
    var speed = 0.0
    for _ in 0..<Self.attempts where speed < Self.threshold {
      // Several times: one short run that is held up would make all that follow look native.
      for _ in 0..<Self.attempts { short = min(short, try Self.time(&cpu, iterations: 1)) }
      long = min(long, try Self.time(&cpu, iterations: Self.iterations))
      // If the difference is lost in noise, the whole time is an upper bound that no emulation meets.
      speed = Double(Self.iterations - 1) / (long > short ? long - short : long)
    }
    instructionsPerSecond = speed
    Remains(machine: machine, cpu: cpu, memory: memory).clear()
  }

  /// A machine that is no longer needed. Linux takes some ten milliseconds to release one, mostly waiting, so it is
  /// released in the background.
  private final class Remains: Sendable {
    private struct Parts: ~Copyable {
      // In the order of their release.
      let cpu: KVMCPU
      let machine: KVMMachine
      let memory: MemoryMapping
    }

    private let parts: Mutex<Parts?>

    init(machine: consuming sending KVMMachine, cpu: consuming sending KVMCPU, memory: consuming sending MemoryMapping)
    {
      parts = Mutex(Parts(cpu: cpu, machine: machine, memory: memory))
    }

    /// Releases the parts on a separate thread, if one can be started.
    func clear() {
      // Termination signals stay pending for their later reader.
      let hold = TerminationHold()
      defer { withExtendedLifetime(hold) {} }
      _ = try? JoinableThread(name: "kvm-clear") { self.parts.withLock { $0 = nil } }
    }
  }

  /// Returns the seconds that `iterations` of the loop take.
  private static func time(_ cpu: inout KVMCPU, iterations: UInt16) throws(KVMError) -> Double {
    var registers = kvm_regs()
    registers.rip = 0x1000
    registers.rcx = UInt64(iterations)
    registers.rflags = 2
    try cpu.setRegisters(registers)
    let start = ContinuousClock.now
    while true {
      let exit = try cpu.run()
      if exit == .halted { break }
      guard exit == .interrupted else { throw .unexpectedExit(exit) }
    }
    let time = ContinuousClock.now - start
    return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
  }
}
