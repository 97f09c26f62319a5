/// A character device of the host's DAX driver: memory that a program maps as it is, without a page cache.
///
/// Source: Linux `Documentation/ABI/testing/sysfs-bus-dax`, read by libdaxctl.
package struct DAXDevice: Hashable, Sendable {
  /// Its name, such as `dax0.0`.
  package let name: String
  /// The device numbers of its node.
  package let major: Int
  package let minor: Int
  /// In bytes.
  package let size: UInt64
  /// In bytes: what the offset and length of a mapping are multiples of.
  package let alignment: UInt64
  /// The NUMA node that the memory would form; nil where the firmware names none.
  package let targetNode: Int?
  /// A driver holds the device.
  package let isEnabled: Bool
  /// The host uses it as ordinary memory (`daxctl reconfigure-device -m system-ram`), so that nobody can map it.
  package let isSystemMemory: Bool

  init(
    name: String, number: (major: Int32, minor: Int32), size: UInt64, alignment: UInt64, targetNode: Int?,
    isEnabled: Bool, isSystemMemory: Bool
  ) {
    self.name = name
    major = Int(number.major)
    minor = Int(number.minor)
    self.size = size
    self.alignment = alignment
    self.targetNode = targetNode
    self.isEnabled = isEnabled
    self.isSystemMemory = isSystemMemory
  }

  /// Where its node is.
  package var path: String { "/dev/" + name }

  /// A program can map it now.
  package var isUsable: Bool { isEnabled && !isSystemMemory && size > 0 }

  /// All devices of this host.
  package static func all() throws(HostDAXError) -> [DAXDevice] { try DAXLibrary().devices() }

  /// The device whose node has these numbers; nil where the DAX driver has none of them.
  package static func device(major: Int, minor: Int) throws(HostDAXError) -> DAXDevice? {
    try all().first { $0.major == major && $0.minor == minor }
  }
}
