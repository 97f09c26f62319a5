package import SystemPackage
package import VNVDIMMCore

extension HostPath {
  /// Looks at `path` without changing anything.
  package init(examining path: FilePath) {
    let examination = BackendExamination(path: path)
    self.init(
      forWriting: examination.state, forReading: BackendExamination(path: path, access: .readOnly).state,
      identity: Self.identity(of: path), fileSystem: examination.fileSystem)
  }

  private static func identity(of path: FilePath) -> String {
    if let status = try? path.stat() { return "\(status.deviceID.rawValue):\(status.inode.rawValue)" }
    // What is not there yet is known by its folder and its name.
    guard let name = path.lastComponent, let status = try? path.folderOrDot.stat() else {
      return path.string
    }
    return "\(status.deviceID.rawValue):\(status.inode.rawValue)/\(name.string)"
  }
}
