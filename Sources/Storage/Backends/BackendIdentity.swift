import SystemPackage

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
