package import SystemPackage

extension FilePath {
  /// The folder that holds what is at this path.
  package var folderOrDot: FilePath {
    let folder = removingLastComponent()
    return folder.isEmpty ? "." : folder
  }

  /// The file beside the one at this path in which the suite keeps what it knows of it: `.NAME.KIND`.
  func sidecar(_ kind: String) -> FilePath {
    removingLastComponent().appending(".\(lastComponent?.string ?? "").\(kind)")
  }
}
