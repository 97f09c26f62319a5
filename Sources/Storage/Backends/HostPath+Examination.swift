package import QEMU
package import SystemPackage

extension HostPath {
  /// Looks at `path` without changing anything.
  package init(examining path: FilePath) {
    let examination = BackendExamination(path: path)
    self.init(
      forWriting: examination.state, forReading: BackendExamination(path: path, access: .readOnly).state,
      identity: Self.identity(of: path), fileSystem: examination.fileSystem)
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
