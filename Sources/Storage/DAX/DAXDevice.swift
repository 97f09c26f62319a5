/// A character device of the host's DAX driver: memory that programs map directly, without a page cache.
///
/// Source: Linux `Documentation/ABI/testing/sysfs-bus-dax`, read by libdaxctl.
package struct DAXDevice: Hashable, Sendable {
  /// Its name, such as `dax0.0`.
  package let name: String
  /// The device numbers of its node.
  package let major: Int
  package let minor: Int
  /// The size in bytes.
  package let size: UInt64
  /// The unit, in bytes, of the offset and length of a mapping.
  package let alignment: UInt64
  /// The NUMA node that the memory would form; `nil` if the firmware names none.
  package let targetNode: Int?
  /// Whether a driver is bound to the device.
  package let isEnabled: Bool
  /// Whether the host uses it as ordinary memory (`daxctl reconfigure-device -m system-ram`), so that it cannot be
  /// mapped.
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

  /// The path of its node.
  package var path: String { "/dev/" + name }

  /// Whether a program can map it now.
  package var isUsable: Bool { isEnabled && !isSystemMemory && size > 0 }

  /// Returns all devices of this host.
  package static func all() throws(HostDAXError) -> [DAXDevice] { try DAXLibrary().devices() }

  /// Returns the device whose node has these numbers; `nil` if they belong to no device of the DAX driver.
  package static func device(major: Int, minor: Int) throws(HostDAXError) -> DAXDevice? {
    try all().first { $0.major == major && $0.minor == minor }
  }
}
