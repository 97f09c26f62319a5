import SystemPackage

/// The node of a character device that belongs to the host's DAX driver.
///
/// Source: Linux `Documentation/ABI/testing/sysfs-bus-dax`.
struct DAXNode {
  private let major: Int
  private let minor: Int

  /// The node with number `device`; nil where another driver has it.
  init?(_ device: DeviceID) {
    let number = UInt64(device.rawValue)
    // The encoding of glibc's makedev(3).
    major = Int(number >> 8 & 0xfff | number >> 32 & 0xffff_f000)
    minor = Int(number & 0xff | number >> 12 & 0xffff_ff00)
    // Devices of other drivers have a size there too: a flash chip, for one.
    guard let subsystem = try? FilePath("/sys/dev/char/\(major):\(minor)/subsystem").stat(),
      ["/sys/bus/dax", "/sys/class/dax"].contains(where: { (try? FilePath($0).stat())?.inode == subsystem.inode })
    else { return nil }
  }

  /// What libdaxctl says of the device behind the node at `path`.
  func device(at path: FilePath) throws(BackendError) -> DAXDevice {
    let device: DAXDevice?
    do { device = try DAXDevice.device(major: major, minor: minor) } catch {
      throw BackendError(path, .cannotAskHost(error))
    }
    guard let device else { throw BackendError(path, .noSize(.noSuchAddressOrDevice)) }
    return device
  }
}
