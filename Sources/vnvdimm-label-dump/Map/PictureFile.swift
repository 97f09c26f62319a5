import Basics
import CommandSupport
import Storage
import SystemPackage

/// A file to which a picture is written, completely or not at all.
///
/// Only an earlier picture is replaced; otherwise a confusion of paths could destroy a backend.
struct PictureFile {
  private let path: String

  init(_ path: String) { self.path = path }

  /// `mode` applies if the file does not exist yet.
  func write(_ drawing: MapDrawing, mode: FilePermissions) throws {
    let bytes = [UInt8](drawing.text.utf8)
    let creation = BackendCreation(
      path: FilePath(path), size: UInt64(bytes.count), contents: [(0, SparseBytes(bytes))],
      replacement: .own(MapDrawing.begins),
      mode: mode)
    do throws(BackendError) { try creation.make(for: LabelDump.programName) } catch {
      guard error.reason == .exists else { throw error }
      throw CommandFailure(
        .damaged, path, "the file exists, and is not a picture of this program", hint: .command("ls", "-l", path: path))
    }
  }
}
