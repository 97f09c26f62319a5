import SystemPackage

/// An open file as the kernel describes it, without touching the file, which may be on a mount that does not answer.
///
/// Source: proc(5), `fd` and `fdinfo`.
struct OpenFile {
  /// The current path of the file.
  let path: String
  /// The number of its mount.
  private(set) var mount: Int?
  /// The inode; `nil` before Linux 5.14.
  private(set) var inode: UInt64?

  /// Describes the descriptor `number` of the process with the folder `process`; `nil` if it is closed, or is not a
  /// file with a path (a socket, a pipe).
  init?(_ number: String, of process: FilePath = "/proc/self") {
    guard let target = try? process.appending("fd").appending(number).linkTarget(), target.isAbsolute else {
      return nil
    }
    path = target.string
    for line in process.appending("fdinfo").appending(number).text.split(separator: "\n") {
      let fields = line.split(whereSeparator: { $0 == ":" || $0 == "\t" })
      guard fields.count == 2 else { continue }
      if fields[0] == "mnt_id" { mount = Int(fields[1]) }
      if fields[0] == "ino" { inode = UInt64(fields[1]) }
    }
  }
}

/// A file that cannot be examined further without waiting for its server.
struct RemoteFile: Hashable {
  /// The `major:minor` of its file system.
  let device: Substring
  let inode: UInt64

  init?(_ file: OpenFile, on mount: MountTable.Mount?) {
    guard let mount, !mount.isLocal, let inode = file.inode else { return nil }
    device = mount.device
    self.inode = inode
  }
}

/// A file that a process may have mapped, as it appears in `/proc/pid/maps`.
struct MappedFile {
  /// Its inodes according to stat(2) and to the kernel, which differ on an overlay.
  let inodes: Set<UInt64>
  let path: String
  private let identity: BackendIdentity
  /// The `major:minor` of the device, in decimal.
  private let device: Substring?
  /// Whether an inode identifies one file of the file system.
  private let isUnique: Bool

  init?(_ status: Stat, at path: String, inode: UInt64? = nil, on mount: MountTable.Mount?) {
    guard status.type == .regular else { return nil }
    inodes = Set([UInt64(status.inode.rawValue), inode].compactMap(\.self))
    self.path = path
    identity = BackendIdentity(of: status, kind: .regularFile)
    device = mount?.device
    isUnique = mount?.fileSystem != "btrfs"
  }

  /// Returns whether the process with the folder `process` has the file mapped. Examines mapped files only on a file
  /// system (btrfs) in which several files can have the same inode number.
  func isMapped(by process: FilePath) -> Bool {
    let numbers = inodes.map { Substring("\($0)") }
    var isMapped = false
    process.appending("maps").forEachLine { line in
      // address perms offset dev inode path
      let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
      guard !isMapped, fields.count == 6, numbers.contains(fields[4]) else { return }
      if MountTable.unescaped(fields[5]) == path { return isMapped = true }
      guard Self.decimal(fields[3]) == device else { return }
      let link = process.appending("map_files").appending(String(fields[0]))
      isMapped = isUnique || (try? link.stat()).flatMap { BackendIdentity(of: $0) }.map { $0 == identity } ?? true
    }
    return isMapped
  }

  /// Converts `fd:00`, in hexadecimal, to `253:0`.
  private static func decimal(_ device: Substring) -> Substring? {
    let numbers = device.split(separator: ":").compactMap { UInt32($0, radix: 16) }
    return numbers.count == 2 ? "\(numbers[0]):\(numbers[1])" : nil
  }
}
