package import Basics

/// The machines of one board. Each release of QEMU adds a version, and old versions are removed. One row for each
/// board.
///
/// Sources: `DEFINE_*_MACHINE` in QEMU's `hw/i386/pc_piix.c`, `pc_q35.c`, `hw/arm/virt.c`, `hw/ppc/spapr.c`,
/// `hw/s390x/s390-virtio-ccw.c`, 2.6 to 10.2; `-machine help` of 5.2, 7.2, 10.0 and 11.1; `MACHINE_VER_DELETION` in
/// `include/hw/boards.h`.
struct MachineFamily: Sendable {
  /// The text before the version: `pc-q35-`.
  let prefix: String
  /// The name of the newest machine: `q35`.
  let alias: String
  let kind: MachineIdentity.Kind
  /// The oldest machine that QEMU 2.6 has.
  let oldest: QEMURelease
  /// The removals from the time before there was a rule: release `in` removed all machines older than `before`.
  let removals: [(before: QEMURelease, in: QEMURelease)]

  /// The meaning of a name.
  enum Answer: Equatable {
    /// The machine of `version`, with its name in messages.
    case there(QEMURelease, name: String)
    /// A machine of this family that the release does not have.
    case gone
    case notOurs
  }

  static func families(of architecture: Architecture) -> [MachineFamily] {
    switch architecture {
    case .x86_64: [i440fx, q35, pc]
    case .aarch64: [virt]
    case .ppc64: [pseries]
    case .s390x: [s390]
    }
  }

  private static let i440fx = MachineFamily(
    prefix: "pc-i440fx-", alias: "pc", kind: .pc, oldest: QEMURelease(1, 4),
    removals: [(QEMURelease(2, 0), in: QEMURelease(8, 2)), (QEMURelease(2, 4), in: QEMURelease(9, 1))])
  private static let q35 = MachineFamily(
    prefix: "pc-q35-", alias: "q35", kind: .q35, oldest: QEMURelease(2, 4), removals: [])
  /// The name of i440fx before 1.4.
  private static let pc = MachineFamily(
    prefix: "pc-", alias: "", kind: .pc, oldest: QEMURelease(0, 10),
    removals: [
      (QEMURelease(0, 12), in: QEMURelease(4, 0)), (QEMURelease(1, 0), in: QEMURelease(5, 0)),
      (QEMURelease(1, 4), in: QEMURelease(6, 0)),
    ])
  private static let virt = MachineFamily(
    prefix: "virt-", alias: "virt", kind: .virt, oldest: QEMURelease(2, 6), removals: [])
  private static let pseries = MachineFamily(
    prefix: "pseries-", alias: "pseries", kind: .pseries, oldest: QEMURelease(2, 1),
    removals: [(QEMURelease(3, 0), in: QEMURelease(10, 0))])
  private static let s390 = MachineFamily(
    prefix: "s390-ccw-virtio-", alias: "s390-ccw-virtio", kind: .s390, oldest: QEMURelease(2, 4),
    removals: [(QEMURelease(2, 9), in: QEMURelease(10, 0))])

  /// Returns the machine of the family that `type` names, in `release`; if `release` is `nil`, every version exists.
  func version(of type: String, in release: QEMURelease?) -> Answer {
    // Proxmox's suffix changes nothing about memory: `q35+pve0`.
    let plain = type.firstRange(of: "+pve").map { String(type[..<$0.lowerBound]) } ?? type
    guard plain != alias else {
      let newest = release ?? .newest
      return .there(newest, name: plain == type ? "\(prefix)\(newest)" : type)
    }
    guard plain.hasPrefix(prefix) else { return .notOurs }
    let suffix = String(plain.dropFirst(prefix.count))
    if let version = Downstream.version(of: suffix) { return .there(version, name: type) }
    // A machine with a word after its numbers belongs to this family too.
    let numbers = suffix.prefix { $0 != "-" }.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard (2...3).contains(numbers.count), let major = numbers[0], let minor = numbers[1] else { return .notOurs }
    let version = QEMURelease(major, minor)
    // Only one machine has three numbers.
    guard numbers.count == 2 || plain == "pc-q35-4.0.1" || release == nil else { return .gone }
    guard let release else { return .there(version, name: type) }
    // Versions newer than every described release are unknown.
    guard version <= max(release, .newest) else { return .notOurs }
    return has(version, in: release) ? .there(version, name: type) : .gone
  }

  /// Returns whether `release` has the machine of `version`.
  private func has(_ version: QEMURelease, in release: QEMURelease) -> Bool {
    guard version >= oldest, version <= release else { return false }
    guard !removals.contains(where: { version < $0.before && release >= $0.in }) else { return false }
    // Since 10.1 machines are removed when they are six years old.
    let isRuleInForce = release >= QEMURelease(10, 1)
    return !isRuleInForce || release < QEMURelease(version.major + 6, version.minor)
  }
}

/// A machine without versions.
struct SingleMachine: Sendable {
  let kind: MachineIdentity.Kind
  let releases: ReleaseRange

  /// Returns the machine called `name`; `nil` if no known release has it.
  ///
  /// Source: `-machine help` of QEMU 2.6 to 11.1.
  static func find(_ name: String, on architecture: Architecture) -> SingleMachine? {
    switch (architecture, name) {
    case (_, "none"): SingleMachine(kind: .empty, releases: .all)
    case (.x86_64, "isapc"): SingleMachine(kind: .isapc, releases: .all)
    case (.x86_64, "microvm"): SingleMachine(kind: .microvm, releases: .since(4, 2))
    default: nil
    }
  }
}

extension QEMURelease {
  /// Whether the release is known not to have the machine called `name`, which others have.
  package func lacks(machine name: String, on architecture: Architecture) -> Bool {
    MachineFamily.families(of: architecture).contains { $0.version(of: name, in: self) == .gone }
  }
}

extension Architecture {
  /// The RAM in bytes of a machine without `-m`: pseries is the only one of POWER that matters here. Source: QEMU
  /// hw/core/machine.c, hw/ppc/spapr.c, `default_ram_size`.
  var defaultRAM: UInt64 { self == .ppc64 ? 512 << 20 : 128 << 20 }

  /// The id of the backend that QEMU makes for the machine's RAM. Source: QEMU `hw`, `default_ram_id`.
  package var ramID: String {
    switch self {
    case .x86_64: "pc.ram"
    case .aarch64: "mach-virt.ram"
    case .ppc64: "ppc_spapr.ram"
    case .s390x: "s390.ram"
    }
  }

  /// The machine that QEMU chooses if none is named.
  var defaultMachine: String? {
    switch self {
    case .x86_64: "pc"
    case .aarch64: nil
    case .ppc64: "pseries"
    case .s390x: "s390-ccw-virtio"
    }
  }
}
