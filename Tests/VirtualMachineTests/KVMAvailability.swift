import Testing
import VirtualMachine

/// Whether tests can run guest code, and the reason given for skipping them if the machine offers no KVM.
enum KVMAvailability {
  static let isUsable: Bool = {
    do {
      _ = try KVMSystem()
      return true
    } catch { return false }
  }()

  static let reason: Comment = "needs /dev/kvm"
}

extension Trait where Self == ConditionTrait {
  /// Skips the test, with the reason in the count of skipped tests, if the machine offers no KVM.
  static var needsKVM: Self { .enabled(if: KVMAvailability.isUsable, KVMAvailability.reason) }
}
