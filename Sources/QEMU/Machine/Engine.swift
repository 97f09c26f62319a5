/// Who runs the guest: `--engine`.
package enum Engine: String, CaseIterable, Sendable {
  /// The VMM of this suite.
  case kvm
  case qemu
  /// The VMM of this suite where the host's KVM runs guests natively, QEMU elsewhere.
  case auto
}
