import Glibc
import Synchronization
import SystemPackage
import TestSupport
import VirtualMachine

/// One run of a payload as a guest: how it ended, and the bytes that it sent.
struct GuestRun {
  let ending: GuestEnding
  let output: [UInt8]
  /// The status that the guest reported on COM4.
  let status: UInt8?

  private final class Output: Sendable {
    let bytes = Mutex<[UInt8]>([])
  }

  /// Runs `payload` on a machine with `dimms`, for at most `seconds`; a guest that does not end is stopped.
  init(_ payload: Payload, dimms: [DIMM] = [], input: [UInt8] = [], seconds: Int32 = 10) throws {
    let hardware = try GuestHardware(memory: 16 << 20, dimms: dimms, slots: dimms.count)
    try self.init(payload, on: hardware, input: input, seconds: seconds)
  }

  init(_ payload: Payload, on hardware: GuestHardware, input: [UInt8] = [], seconds: Int32 = 10) throws {
    let output = Output()
    let report = ScriptReport()
    let machine = try Machine(
      hardware, KVMSystem(), program: FlatProgram(payload.code),
      otherPorts: [{ _ in }, { _ in }, { report.receive($0) }]
    ) { byte in output.bytes.withLock { $0.append(byte) } }
    machine.serial.receive(input)
    try machine.start()
    var waiting = pollfd(fd: machine.ending.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&waiting, 1, seconds * 1000)
    ending = machine.stop()
    status = report.status
    self.output = output.bytes.withLock { $0 }
  }
}
