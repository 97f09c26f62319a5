package import SystemPackage

extension FilePath {
  /// The folder that holds what is at this path.
  package var folderOrDot: FilePath {
    let folder = removingLastComponent()
    return folder.isEmpty ? "." : folder
  }
}
