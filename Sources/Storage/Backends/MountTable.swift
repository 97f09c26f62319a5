import SystemPackage

/// The mounts of this host that its processes see.
///
/// Examining a file may mean waiting for its server, endlessly if that is a stopped program (FUSE) or an unreachable
/// host. All facts here come from the kernel alone. Source: proc(5), `mountinfo`.
struct MountTable {
  struct Mount {
    /// The `major:minor` of the file system; on btrfs it differs from that of stat(2).
    let device: Substring
    let point: String
    let fileSystem: Substring
    let source: String

    /// Whether this kernel serves the file system by itself.
    var isLocal: Bool { Self.local.contains(fileSystem) }

    private static let local: Set<Substring> = [
      "bcachefs", "btrfs", "devtmpfs", "erofs", "exfat", "ext2", "ext3", "ext4", "f2fs", "hugetlbfs", "overlay",
      "ramfs",
      "rootfs", "squashfs", "tmpfs", "vfat", "xfs", "zfs",
    ]
  }

  /// The mounts by their numbers, which are unique across mount namespaces.
  private var mounts: [Int: Mount] = [:]

  /// Reads the mounts that the process with the folder `process` sees.
  init(of process: FilePath = "/proc/self") { add(process) }

  mutating func add(_ process: FilePath) {
    for line in process.appending("mountinfo").text.split(separator: "\n") {
      // id, parent, major:minor, root, mount point, options ..., -, type, source.
      let fields = line.split(separator: " ")
      guard fields.count > 9, let number = Int(fields[0]), let mark = fields.firstIndex(of: "-"),
        mark + 2 < fields.count
      else { continue }
      mounts[number] = Mount(
        device: fields[2], point: Self.unescaped(fields[4]), fileSystem: fields[mark + 1],
        source: Self.unescaped(fields[mark + 2]))
    }
  }

  var all: some Collection<Mount> { mounts.values }

  subscript(number: Int?) -> Mount? { number.flatMap { mounts[$0] } }

  /// Returns whether this kernel alone serves all mounts on the way to `path`, which contains no symbolic links.
  func isLocal(_ path: String) -> Bool {
    mounts.values.allSatisfy { mount in
      mount.isLocal || !(path == mount.point || path.hasPrefix(mount.point == "/" ? "/" : mount.point + "/"))
    }
  }

  /// Decodes a path of /proc, in which blanks and backslashes are octal numbers of three digits.
  static func unescaped(_ text: Substring) -> String {
    guard text.contains("\\") else { return String(text) }
    let parts = text.split(separator: "\\", omittingEmptySubsequences: false)
    let rest = parts.dropFirst().map { part in
      UInt8(part.prefix(3), radix: 8).map { String(UnicodeScalar($0)) + part.dropFirst(3) } ?? "\\" + part
    }
    return parts[0] + rest.joined()
  }
}
