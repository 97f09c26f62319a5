/// An archive in the format that Linux unpacks as its first file system: cpio "newc".
///
/// Everything belongs to root and has time 0, so that equal contents give equal bytes. Linux unpacks several
/// consecutive archives. Source: Linux Documentation/driver-api/early-userspace/buffer-format.rst.
struct CPIOArchive {
  /// Finished pieces. A large file is a piece of its own, which is not copied.
  private var pieces: [[UInt8]] = []
  /// The piece to which entries are appended.
  private var bytes: [UInt8] = []
  private var folders: Set<String>
  private var entries: UInt32 = 0

  private enum Kind: UInt32 {
    case folder = 0o040755
    case file = 0o100644
    case program = 0o100755
    case link = 0o120777
  }

  /// Makes an archive to be unpacked where `folders` already exist.
  init(folders: Set<String> = []) { self.folders = folders }

  /// The size in bytes from which on a file is a piece of its own.
  private static let pieceSize = 16 << 10

  /// Adds an empty folder and those above it, unless they exist.
  mutating func addFolder(_ path: String) {
    addFolders(above: path)
    if folders.insert(path).inserted { add(.folder, path, []) }
  }

  /// Adds a file of at most `HostFile.limit` bytes and the folders above it; `path` has no leading slash.
  mutating func addFile(_ path: String, _ contents: [UInt8], executable: Bool = false) {
    addFolders(above: path)
    add(executable ? .program : .file, path, contents)
  }

  /// Adds a symbolic link to `target`.
  mutating func addLink(_ path: String, to target: String) {
    addFolders(above: path)
    add(.link, path, [UInt8](target.utf8))
  }

  /// Returns the whole archive, with its trailer, in consecutive pieces.
  consuming func closed() -> [[UInt8]] {
    add(mode: 0, "TRAILER!!!", [])
    return pieces + [bytes]
  }

  private mutating func addFolders(above path: String) {
    for slash in path.indices where path[slash] == "/" {
      let folder = String(path[..<slash])
      if folders.insert(folder).inserted { add(.folder, folder, []) }
    }
  }

  private mutating func add(_ kind: Kind, _ path: String, _ contents: [UInt8]) {
    add(mode: kind.rawValue, path, contents)
  }

  private mutating func add(mode: UInt32, _ path: String, _ contents: [UInt8]) {
    entries += 1
    let name = [UInt8](path.utf8) + [0]
    // inode, mode, user, group, links, time, size, device (two), special device (two), name size, checksum
    let numbers: [UInt32] = [
      entries, mode, 0, 0, 1, 0, UInt32(contents.count), 0, 0, 0, 0, UInt32(name.count), 0,
    ]
    bytes += "070701".utf8
    for number in numbers {
      let digits = String(number, radix: 16)
      bytes += (String(repeating: "0", count: 8 - digits.count) + digits).utf8
    }
    bytes += name
    pad()
    if contents.count < Self.pieceSize {
      bytes += contents
      pad()
    } else {
      pieces += [bytes, contents, Self.padding(behind: contents.count)]
      bytes = []
    }
  }

  private mutating func pad() { bytes += Self.padding(behind: bytes.count) }

  /// Returns the zeros that pad `count` bytes to a multiple of four.
  static func padding(behind count: Int) -> [UInt8] { [UInt8](repeating: 0, count: -count & 3) }
}
