/// The machine that is emulated, as far as it decides where memory lies: `-machine TYPE`.
package enum MachineType: Equatable, Sendable {
  /// `pc`, `pc-i440fx-…`, QEMU's default.
  case pc
  case q35
  /// Another machine of QEMU's, of which nothing is known here.
  case other(String)

  package init(_ name: String) {
    switch name {
    case "pc": self = .pc
    case "q35": self = .q35
    case _ where name.hasPrefix("pc-i440fx-"): self = .pc
    case _ where name.hasPrefix("pc-q35-"): self = .q35
    default: self = .other(name)
    }
  }
}

/// Who runs the guest: `--engine`.
package enum Engine: String, CaseIterable, Sendable {
  /// The VMM of this suite.
  case kvm
  case qemu
  /// The VMM of this suite where the host's KVM runs guests natively, QEMU elsewhere.
  case auto
}
