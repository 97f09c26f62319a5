import CLinux
import CSignals
import Glibc
import Testing

/// Failing memory of the host, as the kernel reports it: SIGBUS with one of the codes for hardware errors.
@Suite("Failing memory of the host")
struct MemoryErrorTests {
  @Test("under a guest's CPU it is told, and does not end the process")
  func underGuest() async {
    await #expect(processExitsWith: .exitCode(63)) {
      clinux_expect_memory_errors()
      // BUS_MCEERR_AR
      _ = csignals_bus_error(0x1234_5000, 4)
      guard clinux_take_memory_error() == 0x1234_5000, clinux_take_memory_error() == 0 else { exit(1) }
      // BUS_MCEERR_AO: found by scrubbing, not yet accessed.
      _ = csignals_bus_error(0x1234_5000, 5)
      guard clinux_take_memory_error() == 0 else { exit(2) }
      exit(63)
    }
  }

  @Test("elsewhere it ends the process, as does any other SIGBUS", arguments: [Int32(4), 2])
  func elsewhere(code: Int32) async {
    if code == 4 {
      await #expect(processExitsWith: .signal(SIGBUS)) {
        clinux_guard_memory(nil)
        _ = csignals_bus_error(0x1234_5000, 4)
        exit(0)
      }
    } else {
      await #expect(processExitsWith: .signal(SIGBUS)) {
        clinux_expect_memory_errors()
        _ = csignals_bus_error(0x1234_5000, 2)
        exit(0)
      }
    }
  }
}
