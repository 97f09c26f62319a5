import SystemPackage

/// What sysfs says of a character device of the DAX driver.
///
/// Source: Linux `Documentation/ABI/testing/sysfs-bus-dax`.
struct DAXDevice {
  /// In bytes.
  let size: UInt64
  /// In bytes: what the offset and length of a mapping are multiples of.
  let alignment: UInt64

  /// The facts of the device with number `device`; nil where it is not a DAX device.
  init?(_ device: DeviceID) {
    let number = UInt64(device.rawValue)
    // The encoding of glibc's makedev(3).
    let major = number >> 8 & 0xfff | number >> 32 & ~0xfff
    let minor = number & 0xff | number >> 12 & ~0xff
    let folder = FilePath("/sys/dev/char/\(major):\(minor)")
    // Devices of other drivers have a size there too: a flash chip, for one.
    guard let subsystem = try? folder.appending("subsystem").stat(),
      ["/sys/bus/dax", "/sys/class/dax"].contains(where: { (try? FilePath($0).stat())?.inode == subsystem.inode }),
      let size = Self.number(in: folder.appending("size"))
    else { return nil }
    self.size = size
    alignment = Self.number(in: folder.appending("align")) ?? 2 << 20
  }

  private static func number(in file: FilePath) -> UInt64? {
    guard let descriptor = try? FileDescriptor.open(file, .readOnly, options: .closeOnExec) else { return nil }
    defer { try? descriptor.close() }
    guard let bytes = try? descriptor.bytes(at: 0, count: 32) else { return nil }
    let digits = bytes.prefix { $0 != UInt8(ascii: "\n") }
    return UInt64(String(decoding: digits, as: UTF8.self))
  }
}
