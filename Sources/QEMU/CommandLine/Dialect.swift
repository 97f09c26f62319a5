import Basics

/// The set of rules by which a machine is read and judged.
package enum Dialect: Hashable, Sendable {
  /// The rules of a release of QEMU.
  case qemu
  /// The rules of `vnvdimm emulate`: those of QEMU's newest release, plus a bare `nvdimm`, `--nvdimm` and keys of our
  /// own, minus what QEMU silently accepts. See `StrictRefusal`.
  case emulate
}

/// All keys that our own dialect knows, by the option that takes them.
package enum DialectKeys {
  /// Keys of QEMU's machines that have no effect here are ignored.
  static let machine = [
    "type", "nvdimm", "nvdimm-persistence", "accel", "memory", "smp", "graphics", "hpet", "kernel-irqchip", "smm",
    "usb",
    "vmport",
  ]
  static let node = ["type", "nodeid", "cpus", "mem", "memdev"]
  static let object = [
    "qom-type", "id", "size", "share", "prealloc", "merge", "dump", "reserve", "mem-path", "readonly", "align", "pmem",
    "discard-data",
  ]
  static let shortObject = ["size", "share", "readonly", "align"]
  package static let shortDevice = [
    "label-size", "unarmed", "uuid", "slot", "flush-hint", "werror", "errors", "health", "security",
  ]
  private static let others = [
    "memdev", "addr", "node", "slots", "maxmem", "path", "cpus", "sockets", "cores", "threads",
  ]

  /// Returns the key that was probably meant by `name`.
  package static func nearest(to name: String) -> String? {
    let keys = machine + node + object + shortDevice + others
    return keys.contains(name) ? nil : keys.sorted().nearest(to: name)
  }
}
