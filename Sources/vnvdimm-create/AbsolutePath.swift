import CommandSupport
import FoundationEssentials

/// Paths as a configuration needs them, which is read in another folder.
enum AbsolutePath {
  /// `path` from the root on; nothing in it is resolved.
  static func of(_ path: String) throws -> String {
    guard !path.hasPrefix("/") else { return path }
    let folder = FileManager.default.currentDirectoryPath
    guard !folder.isEmpty else { throw CommandFailure(.incomplete, ".", "the current folder does not exist any more") }
    return folder == "/" ? "/" + path : folder + "/" + path
  }
}
