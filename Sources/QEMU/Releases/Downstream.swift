/// The machines of distributions. Each is laid out like the machine of a release of QEMU.
enum Downstream {
  /// Returns the release of QEMU whose machine has this `suffix`: `rhel9.6.0`, `jammy`, `noble-v2`.
  static func version(of suffix: String) -> QEMURelease? {
    if suffix.hasPrefix("rhel") {
      let numbers = suffix.dropFirst(4).prefix { $0 != "-" }.split(separator: ".").map { Int($0) }
      guard let major = numbers.first ?? nil, numbers.allSatisfy({ $0 != nil }) else { return nil }
      let release = QEMURelease(major, numbers.count > 1 ? numbers[1] ?? 0 : 0)
      return redHat.last { $0.machine <= release }?.version
    }
    return ubuntu[String(suffix.prefix { $0 != "-" })]
  }

  /// Red Hat's machines, oldest first. Source: the `pc_rhel_*_compat` lists of its qemu-kvm packages.
  private static let redHat: [(machine: QEMURelease, version: QEMURelease)] = [
    (QEMURelease(6, 0), QEMURelease(0, 12)), (QEMURelease(7, 0), QEMURelease(1, 5)),
    (QEMURelease(7, 1), QEMURelease(2, 1)), (QEMURelease(7, 2), QEMURelease(2, 3)),
    (QEMURelease(7, 3), QEMURelease(2, 6)), (QEMURelease(7, 4), QEMURelease(2, 9)),
    (QEMURelease(7, 5), QEMURelease(2, 10)), (QEMURelease(7, 6), QEMURelease(2, 12)),
    (QEMURelease(8, 0), QEMURelease(3, 1)), (QEMURelease(8, 1), QEMURelease(4, 1)),
    (QEMURelease(8, 2), QEMURelease(4, 2)), (QEMURelease(8, 3), QEMURelease(5, 1)),
    (QEMURelease(8, 4), QEMURelease(5, 2)), (QEMURelease(8, 5), QEMURelease(6, 0)),
    (QEMURelease(8, 6), QEMURelease(6, 2)), (QEMURelease(9, 0), QEMURelease(6, 2)),
    (QEMURelease(9, 2), QEMURelease(7, 2)), (QEMURelease(9, 4), QEMURelease(8, 2)),
    (QEMURelease(9, 6), QEMURelease(9, 1)), (QEMURelease(10, 0), QEMURelease(9, 2)),
    (QEMURelease(10, 2), QEMURelease(10, 1)),
  ]

  /// Ubuntu's machines. Source: the `ubuntu` machine patches of its qemu packages.
  private static let ubuntu: [String: QEMURelease] = [
    "trusty": QEMURelease(2, 0), "utopic": QEMURelease(2, 1), "vivid": QEMURelease(2, 2), "wily": QEMURelease(2, 4),
    "xenial": QEMURelease(2, 5), "yakkety": QEMURelease(2, 6), "zesty": QEMURelease(2, 8),
    "artful": QEMURelease(2, 10), "bionic": QEMURelease(2, 11), "cosmic": QEMURelease(2, 12),
    "disco": QEMURelease(3, 1), "eoan": QEMURelease(4, 0), "focal": QEMURelease(4, 2), "groovy": QEMURelease(5, 0),
    "hirsute": QEMURelease(5, 2), "impish": QEMURelease(6, 0), "jammy": QEMURelease(6, 2),
    "kinetic": QEMURelease(7, 0), "lunar": QEMURelease(7, 2), "mantic": QEMURelease(8, 0),
    "noble": QEMURelease(8, 2), "oracular": QEMURelease(9, 0), "plucky": QEMURelease(9, 2),
    "questing": QEMURelease(10, 1),
  ]
}
