import CLinux
import SystemPackage

/// The kind of a backend on this host.
package enum BackendKind: String, Sendable {
  case regularFile = "regular file"
  case blockDevice = "block device"
  /// A character device of the host's DAX driver, `/dev/daxX.Y`.
  case daxDevice = "DAX device"

  /// Returns the kind of the file that `status` describes. Throws if it cannot be a backend.
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

  /// Returns the size in bytes of the open file that `status` describes.
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

  /// Returns the device whose node `status` describes; `nil` if that is not a DAX device.
  static func device(of status: Stat, path: FilePath) throws(BackendError) -> DAXDevice? {
    guard status.type == .characterSpecial else { return nil }
    return try DAXNode(status.specialDeviceID)?.device(at: path)
  }
}

/// The identity of a backend's file or device, whatever path it was opened by.
package struct BackendIdentity: Hashable, Sendable {
  private let kind: BackendKind
  /// The file system of a file; the device number of a device.
  private let device: DeviceID
  /// 0 for a device, because two nodes can lead to it.
  private let inode: Inode

  init(of status: Stat, kind: BackendKind) {
    self.kind = kind
    device = kind == .regularFile ? status.deviceID : status.specialDeviceID
    inode = kind == .regularFile ? status.inode : Inode(rawValue: 0)
  }

  /// Makes the identity of the block device with `number`, as stat(2) reports it.
  init(ofBlockDevice number: UInt64) {
    kind = .blockDevice
    device = DeviceID(rawValue: CInterop.DeviceID(number))
    inode = Inode(rawValue: 0)
  }

  /// Makes the identity of the file that `status` describes; `nil` if it cannot be a backend.
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

  /// Makes the node with the number `device`; `nil` if it belongs to another driver.
  init?(_ device: DeviceID) {
    let number = UInt64(device.rawValue)
    // The encoding of glibc's makedev(3).
    major = Int(number >> 8 & 0xfff | number >> 32 & 0xffff_f000)
    minor = Int(number & 0xff | number >> 12 & 0xffff_ff00)
    // Devices of other drivers have a size there too: a flash chip, for example.
    guard let subsystem = try? FilePath("/sys/dev/char/\(major):\(minor)/subsystem").stat(),
      ["/sys/bus/dax", "/sys/class/dax"].contains(where: { (try? FilePath($0).stat())?.inode == subsystem.inode })
    else { return nil }
  }

  /// Returns libdaxctl's description of the device behind the node at `path`.
  func device(at path: FilePath) throws(BackendError) -> DAXDevice {
    let device: DAXDevice?
    do { device = try DAXDevice.device(major: major, minor: minor) } catch {
      throw BackendError(path, .cannotAskHost(error))
    }
    guard let device else { throw BackendError(path, .noSize(.noSuchAddressOrDevice)) }
    return device
  }
}
