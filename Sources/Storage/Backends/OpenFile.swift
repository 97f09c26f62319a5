import SystemPackage

/// An open file by what the kernel tells of it without a look at the file, which may be on a mount that does not answer.
///
/// Source: proc(5), `fd` and `fdinfo`.
struct OpenFile {
  /// Where it is, when the kernel is asked.
  let path: String
  /// The number of its mount.
  private(set) var mount: Int?
  /// Nil before Linux 5.14.
  private(set) var inode: UInt64?

  /// That with the descriptor `number` of the process with the folder `process`; nil where it is closed, or has no
  /// place among files: a socket, a pipe.
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

/// A file of which nobody may know more without waiting for whoever serves it.
struct RemoteFile: Hashable {
  /// Of its file system, `major:minor`.
  let device: Substring
  let inode: UInt64

  init?(_ file: OpenFile, on mount: MountTable.Mount?) {
    guard let mount, !mount.isLocal, let inode = file.inode else { return nil }
    device = mount.device
    self.inode = inode
  }
}

/// A file that somebody may have mapped, as it shows in `/proc/pid/maps`.
struct MappedFile {
  /// Its inodes as stat(2) and as the kernel has them: of an overlay they differ.
  let inodes: Set<UInt64>
  let path: String
  private let identity: BackendIdentity
  /// `major:minor`, in decimal.
  private let device: Substring?
  /// Whether an inode is that of one file of the file system alone.
  private let isUnique: Bool

  init?(_ status: Stat, at path: String, inode: UInt64? = nil, on mount: MountTable.Mount?) {
    guard status.type == .regular else { return nil }
    inodes = Set([UInt64(status.inode.rawValue), inode].compactMap(\.self))
    self.path = path
    identity = BackendIdentity(of: status, kind: .regularFile)
    device = mount?.device
    isUnique = mount?.fileSystem != "btrfs"
  }

  /// Whether the process with the folder `process` has it mapped. The file is not looked at for that, but where several
  /// of one file system, which it shares, can have its inode.
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

  /// `fd:00`, in hexadecimal, as `253:0`.
  private static func decimal(_ device: Substring) -> Substring? {
    let numbers = device.split(separator: ":").compactMap { UInt32($0, radix: 16) }
    return numbers.count == 2 ? "\(numbers[0]):\(numbers[1])" : nil
  }
}
