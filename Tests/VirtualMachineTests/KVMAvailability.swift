import Testing
import VirtualMachine

/// Tests that run guest code are skipped, with this reason, where the machine offers no KVM.
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
  /// Skips the test, counted and with the reason, where the machine offers no KVM.
  static var needsKVM: Self { .enabled(if: KVMAvailability.isUsable, KVMAvailability.reason) }
}
