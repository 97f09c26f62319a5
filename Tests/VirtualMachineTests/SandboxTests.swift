import Foundation
import Glibc
import SystemPackage
import Testing
import VirtualMachine

/// What the system call filter allows a machine once its guest runs. Each test runs in a process of its own, whose exit
/// status is the expected one.
@Suite("The filter of system calls")
struct SandboxTests {
  @Test("of KVM it lets through what machines are run by, and nothing else", .needsKVM)
  func kvm() async {
    await #expect(processExitsWith: .exitCode(63)) {
      // Safe: the text lives for the call.
      let device = unsafe open("/dev/kvm", O_RDWR)
      Sandbox(loaded: [], writable: ["/"]).enter()
      // KVM_GET_API_VERSION; KVM_CREATE_DEVICE and KVM_GET_MSR_INDEX_LIST, which a running machine does not use.
      guard ioctl(device, 0xae00, 0) == 12 else { exit(1) }
      guard ioctl(device, 0xc00c_aee0, 0) == -1, errno == EPERM else { exit(2) }
      guard ioctl(device, 0xc004_ae02, 0) == -1, errno == EPERM else { exit(3) }
      exit(63)
    }
  }

  @Test("of fcntl it lets through nothing that sends signals to others")
  func signals() async {
    await #expect(processExitsWith: .exitCode(63)) {
      Sandbox(loaded: [], writable: ["/"]).enter()
      // F_GETFL and F_SETFL; F_SETOWN, F_SETSIG, F_SETOWN_EX of linux/fcntl.h.
      let flags = fcntl(1, F_GETFL)
      guard flags >= 0, fcntl(1, F_SETFL, flags) == 0 else { exit(1) }
      for command: Int32 in [8, 10, 15] {
        guard fcntl(1, command, getppid()) == -1, errno == EPERM else { exit(2) }
      }
      exit(63)
    }
  }
}
