package import QEMU
import SystemPackage

extension HostPath {
  /// What `examination` found, with the file's identity.
  package init(_ examination: BackendExamination) {
    self.init(
      forWriting: examination.forWriting, forReading: examination.forReading,
      identity: Self.identity(of: examination.path), fileSystem: examination.fileSystem)
  }

  /// As many symbolic links as Linux follows: 40.
  private static func identity(of path: FilePath, followed: Int = 0) -> String {
    if let status = try? path.stat() { return "\(status.deviceID.rawValue):\(status.inode.rawValue)" }
    // A link to what is not there yet is what it leads to, once that is made.
    if followed < 40, let target = try? path.linkTarget() {
      return identity(of: path.folderOrDot.pushing(target), followed: followed + 1)
    }
    // What is not there yet is known by its folder and its name.
    guard let name = path.lastComponent, let status = try? path.folderOrDot.stat() else {
      return path.string
    }
    return "\(status.deviceID.rawValue):\(status.inode.rawValue)/\(name.string)"
  }
}
