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
