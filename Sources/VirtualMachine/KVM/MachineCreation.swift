import CKVM
import Storage
import Synchronization

/// A virtual machine that KVM makes on a thread of its own.
///
/// Linux moves a kernel thread of the machine's into the cgroups of its maker, and waits some milliseconds until no
/// CPU looks at the old ones (a grace period of RCU): time in which other things can be made ready.
final class MachineCreation: Sendable {
  private let thread: JoinableThread
  private let result: Result

  private final class Result: Sendable {
    let descriptor = Mutex<Int32?>(nil)
  }

  /// Begins, with the open `/dev/kvm` that `device` numbers; nil where there is no thread for it.
  init?(_ device: Int32) {
    let result = Result()
    let made = try? JoinableThread(name: "kvm-create") {
      let descriptor = ckvm_create_vm(device)
      result.descriptor.withLock { $0 = descriptor }
    }
    guard let made else { return nil }
    thread = made
    self.result = result
  }

  /// Waits for the machine; answers its descriptor, which is the caller's from then on, or the negative error number.
  /// To be called once.
  func finish() -> Int32 {
    thread.join()
    return result.descriptor.withLock { $0 } ?? -1
  }
}
