import SystemPackage

/// Which file or device a backend is, by whatever path it was opened.
package struct BackendIdentity: Hashable, Sendable {
  /// The file system of a file; of a device its own number.
  private let device: DeviceID
  /// 0 for a device: two nodes can lead to one.
  private let inode: Inode

  init(of status: Stat, kind: BackendKind) {
    device = kind == .regularFile ? status.deviceID : status.specialDeviceID
    inode = kind == .regularFile ? status.inode : Inode(rawValue: 0)
  }
}
