import CommandSupport
import Storage
import SystemPackage

/// A file that a picture is written to, in full or not at all.
///
/// A picture of before is replaced. Nothing else is: who mixes up the paths would lose a backend.
struct PictureFile {
  private let path: String

  init(_ path: String) { self.path = path }

  func write(_ text: String) throws {
    let bytes = [UInt8](text.utf8)
    let creation = BackendCreation(
      path: FilePath(path), size: UInt64(bytes.count), contents: [(0, bytes)], replaces: isPicture)
    do throws(BackendError) { try creation.prepare().publish() } catch {
      guard error.reason == .exists else { throw error }
      throw CommandFailure(.damaged, path, "the file exists, and is no picture", hint: "another name for --svg")
    }
  }

  private var isPicture: Bool {
    guard let backend = try? Backend(path: FilePath(path)), backend.kind == .regularFile,
      let start = try? backend.read(at: 0, count: Int(min(backend.size, 4)))
    else { return false }
    return start == [UInt8]("<svg".utf8)
  }
}
