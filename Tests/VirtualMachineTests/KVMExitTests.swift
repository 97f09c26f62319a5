import Testing
import VirtualMachine

@Suite("Exits of a CPU, as they are told")
struct KVMExitTests {
  @Test(
    "each in words",
    arguments: [
      (.memoryWrite(address: 0xfe00_0000, width: 4, value: 0x10), "write of 4 bytes, 0x10, to 0xfe000000"),
      (.memoryRead(address: 0xfe00_0000, width: 1), "read of 1 byte from 0xfe000000"),
      (.halted, "halt"), (.shutdown, "triple fault"), (.interrupted, "interruption"),
      (.systemEvent(2), "system event 2"),
      (.entryFailed(reason: 0x8000_0021), "the processor refuses to enter the guest, reason 0x80000021"),
      (.internalError(suberror: 1), "internal error 1 of KVM"), (.unexpected(reason: 99), "exit 99 of KVM"),
    ] as [(KVMExit, String)])
  func description(exit: KVMExit, text: String) { #expect("\(exit)" == text) }
}
