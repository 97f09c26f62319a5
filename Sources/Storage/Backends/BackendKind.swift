import CLinux
import SystemPackage

/// What a backend is on this host.
package enum BackendKind: String, Sendable {
  case regularFile = "regular file"
  case blockDevice = "block device"
  /// A character device of the host's DAX driver, `/dev/daxX.Y`.
  case daxDevice = "DAX device"

  /// The kind of the file that `status` describes, or the error that it cannot be a backend.
  init(of status: Stat, path: FilePath) throws(BackendError) {
    switch status.type {
    case .regular: self = .regularFile
    case .blockSpecial: self = .blockDevice
    case .characterSpecial where DAXNode(status.specialDeviceID) != nil: self = .daxDevice
    case .directory: throw BackendError(path, .directory)
    case .characterSpecial: throw BackendError(path, .notABackend("character device other than DAX"))
    case .fifo: throw BackendError(path, .notABackend("fifo"))
    case .socket: throw BackendError(path, .notABackend("socket"))
    default: throw BackendError(path, .notABackend("special file"))
    }
  }

  /// The size in bytes of the open file that `status` describes.
  func size(of descriptor: FileDescriptor, status: Stat, path: FilePath) throws(BackendError) -> UInt64 {
    switch self {
    case .regularFile: return UInt64(clamping: status.size)
    case .blockDevice:
      let size = clinux_block_device_size(descriptor.rawValue)
      guard size >= 0 else { throw BackendError(path, .noSize(Errno(rawValue: CInt(truncatingIfNeeded: -size)))) }
      return UInt64(size)
    case .daxDevice:
      guard let device = try Self.device(of: status, path: path) else {
        throw BackendError(path, .noSize(.noSuchAddressOrDevice))
      }
      return device.size
    }
  }

  /// The device whose node `status` describes; nil where that is no DAX device.
  static func device(of status: Stat, path: FilePath) throws(BackendError) -> DAXDevice? {
    guard status.type == .characterSpecial else { return nil }
    return try DAXNode(status.specialDeviceID)?.device(at: path)
  }
}

/// Which file or device a backend is, by whatever path it was opened.
package struct BackendIdentity: Hashable, Sendable {
  private let kind: BackendKind
  /// The file system of a file; of a device its own number.
  private let device: DeviceID
  /// 0 for a device: two nodes can lead to one.
  private let inode: Inode

  init(of status: Stat, kind: BackendKind) {
    self.kind = kind
    device = kind == .regularFile ? status.deviceID : status.specialDeviceID
    inode = kind == .regularFile ? status.inode : Inode(rawValue: 0)
  }

  /// That of the block device with `number`, as stat(2) has it.
  init(ofBlockDevice number: UInt64) {
    kind = .blockDevice
    device = DeviceID(rawValue: CInterop.DeviceID(number))
    inode = Inode(rawValue: 0)
  }

  /// That of what `status` describes; nil where it can be no backend.
  init?(of status: Stat) {
    switch status.type {
    case .regular: self.init(of: status, kind: .regularFile)
    case .blockSpecial: self.init(of: status, kind: .blockDevice)
    case .characterSpecial: self.init(of: status, kind: .daxDevice)
    default: return nil
    }
  }
}

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
