import Basics

/// The machine that `-machine` names, with its name in QEMU's messages.
struct MachineIdentity: Equatable, Sendable {
  enum Kind: CaseIterable, Sendable {
    /// i440fx.
    case pc
    case q35
    case isapc
    case microvm
    case virt
    case pseries
    case s390
    /// `none`, a machine without any devices.
    case empty
    /// A machine that no table lists.
    case unlisted
  }

  let kind: Kind
  let name: String
  /// The release whose machine it is; `nil` if it does not matter.
  let version: QEMURelease?

  /// `nil` if `release` has no such machine; without a `type`, the default machine. Our own dialect has the machines of
  /// every release: `release` is `nil`.
  init?(_ type: String?, _ release: QEMURelease?, _ architecture: Architecture) {
    guard let type = type ?? architecture.defaultMachine else { return nil }
    for family in MachineFamily.families(of: architecture) {
      switch family.version(of: type, in: release) {
      case .there(let version, let name):
        self.init(family.kind, name, version)
        return
      case .gone: return nil
      case .notOurs: break
      }
    }
    guard let single = SingleMachine.find(type, on: architecture) else {
      self.init(.unlisted, type, nil)
      return
    }
    guard release.map(single.releases.contains) ?? true else { return nil }
    self.init(single.kind, type, nil)
  }

  private init(_ kind: Kind, _ name: String, _ version: QEMURelease?) {
    self.kind = kind
    self.name = name
    self.version = version
  }

  func isBefore(_ major: Int, _ minor: Int) -> Bool { version.map { $0 < QEMURelease(major, minor) } ?? false }

  /// The layout of the machine's memory; `nil` if the machine has no memory devices, or its layout is not known.
  var layout: MemoryWindow.Machine? {
    switch kind {
    case .pc, .isapc: .pc
    case .q35: .q35
    case .virt: .virt
    case .pseries: .pseries
    case .microvm, .s390, .empty, .unlisted: nil
    }
  }

  /// Whether the machine supports NVDIMMs, enabled or not.
  var knowsNVDIMM: Bool {
    switch kind {
    case .pc, .q35, .isapc, .virt: true
    case .pseries: !isBefore(5, 0)
    case .microvm, .s390, .empty, .unlisted: false
    }
  }
  /// Whether the machine supports memory devices.
  var hasDeviceMemory: Bool {
    switch kind {
    case .q35, .virt, .pseries: true
    case .pc: !isBefore(2, 1)
    case .isapc, .microvm, .s390, .empty, .unlisted: false
    }
  }
  /// Whether the hole for PCI devices begins after the memory devices. (since 2.5)
  var leavesDeviceMemoryOut: Bool { !isBefore(2, 5) }
  /// Whether each device gets the alignment of its backend, and the room for it. (since 2.2)
  var alignsDevices: Bool { !isBefore(2, 2) }
}
