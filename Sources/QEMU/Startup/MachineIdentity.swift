import Basics

/// The machine that `-machine` names, under the name that QEMU gives it in messages.
struct MachineIdentity: Equatable, Sendable {
  enum Kind: Equatable, Sendable {
    case pc
    case q35
    case virt
    case pseries
    /// A machine that has no memory devices: microvm, none.
    case bare
    /// A machine of a distribution, or one that is not described.
    case other
  }

  let kind: Kind
  let name: String
  /// The release whose machine it is; nil where the name does not tell.
  let version: QEMURelease?

  /// Nil where `release` has no such machine; without a name its default one.
  init?(_ type: String?, _ release: QEMURelease, _ architecture: Architecture) {
    switch architecture {
    case .x86_64: self.init(x86: type ?? "pc", release)
    case .aarch64: self.init(family: "virt", .virt, type, release)
    case .ppc64: self.init(family: "pseries", .pseries, type ?? "pseries", release)
    case .s390x: self.init(family: "s390-ccw-virtio", .other, type ?? "s390-ccw-virtio", release)
    }
  }

  private init(_ kind: Kind, _ name: String, _ version: QEMURelease?) {
    self.kind = kind
    self.name = name
    self.version = version
  }

  private init?(x86 type: String, _ release: QEMURelease) {
    switch type {
    case "pc": self.init(.pc, "pc-i440fx-\(release)", release)
    case "q35": self.init(.q35, "pc-q35-\(release)", release)
    case "isapc": self.init(.pc, type, nil)
    case "microvm", "none": self.init(.bare, type, nil)
    case "x-remote", "xenfv", "xenpv", "xenfv-4.2", "xenfv-3.1", "nitro-enclave", "ubuntu", "ubuntu-q35":
      self.init(.other, type, nil)
    case _ where type.hasPrefix("pc-q35-"): self.init(.q35, type, prefix: "pc-q35-", release)
    case _ where type.hasPrefix("pc-i440fx-"): self.init(.pc, type, prefix: "pc-i440fx-", release)
    default: return nil
    }
  }

  private init?(family: String, _ kind: Kind, _ type: String?, _ release: QEMURelease) {
    guard let type else { return nil }
    if type == family {
      self.init(kind, "\(family)-\(release)", release)
    } else if type.hasPrefix(family + "-") {
      self.init(kind, type, prefix: family + "-", release)
    } else {
      self.init(.other, type, nil)
    }
  }

  /// A machine of a numbered release, which must not be newer; a word instead is that of a distribution.
  private init?(_ kind: Kind, _ name: String, prefix: String, _ release: QEMURelease) {
    let numbers = name.dropFirst(prefix.count).split(separator: ".").map { Int($0) }
    guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else {
      self.init(kind, name, nil)
      return
    }
    let version = QEMURelease(major, minor)
    guard version <= release, kind != .q35 || version >= QEMURelease(2, 4) else { return nil }
    self.init(kind, name, version)
  }

  func isBefore(_ major: Int, _ minor: Int) -> Bool { version.map { $0 < QEMURelease(major, minor) } ?? false }

  /// The layout of the machine's memory.
  var layout: MemoryWindow.Machine {
    switch kind {
    case .q35: .q35
    case .virt: .virt
    default: .pc
    }
  }

  /// Whether memory devices can be plugged at all.
  var hasDeviceMemory: Bool {
    kind == .q35 || kind == .virt || kind == .pseries || kind == .pc && name != "isapc" && !isBefore(2, 1)
  }
  /// Whether the hole for PCI devices begins behind the memory devices. (since 2.5)
  var leavesDeviceMemoryOut: Bool { !isBefore(2, 5) }
  /// Whether each device gets what its backend is aligned to, and the room for it. (since 2.2)
  var alignsDevices: Bool { !isBefore(2, 2) }
}
