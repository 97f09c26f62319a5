import Basics

/// Whose rules a machine is read and judged by.
package enum Dialect: Hashable, Sendable {
  /// The rules of a release of QEMU.
  case qemu
  /// The rules of `vnvdimm emulate`: those of QEMU's newest release, with a bare `nvdimm`, `--nvdimm` and keys of our
  /// own besides, and without what QEMU lets pass. See `StrictRefusal`.
  case emulate
}

/// Every key that our own dialect knows, by the option that takes it.
package enum DialectKeys {
  /// Keys of QEMU's machines that decide on nothing here are passed over.
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
  static let shortDevice = [
    "label-size", "unarmed", "uuid", "slot", "flush-hint", "werror", "errors", "health", "security",
  ]
  private static let others = [
    "memdev", "addr", "node", "slots", "maxmem", "path", "cpus", "sockets", "cores", "threads",
  ]

  /// The key that was probably meant by `name`.
  package static func nearest(to name: String) -> String? {
    let keys = machine + node + object + shortDevice + others
    return keys.contains(name) ? nil : keys.sorted().nearest(to: name)
  }
}
