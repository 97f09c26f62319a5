import Basics
import CLinux
package import QEMU
import SystemPackage

extension HostFileSystem {
  /// Describes the file system of an open file, whose own pages count as free.
  init(of file: FileDescriptor) {
    self.init()
    var facts = clinux_file_system()
    // Safe: the structure lives for the call.
    guard unsafe clinux_file_system(file.rawValue, &facts) >= 0 else { return }
    switch FileSystemName.name(ofMagic: facts.kind) {
    case "hugetlbfs":
      let free = Self.freeHugePages(of: facts.block_size)?.multipliedReportingOverflow(by: facts.block_size)
      hugePages = HugePages(
        size: facts.block_size,
        room: free.flatMap { $0.overflow ? nil : $0.partialValue.checkedSum(facts.allocated) })
    // Linux fs/ext4/super.c `ext4_max_size`: block numbers within a file have 32 bits.
    case "ext4": longestFile = facts.block_size * UInt64(UInt32.max)
    default: break
    }
  }

  /// Describes the file system in which a file at `path` would be created.
  init(ofFolderOf path: FilePath) {
    guard let file = try? FileDescriptor.open(path.folderOrDot, .readOnly, options: [.directory, .closeOnExec]) else {
      self = .common
      return
    }
    defer { try? file.close() }
    self.init(of: file)
  }

  /// Returns the number of unused pages of `size` bytes, including those that the kernel may still allocate.
  ///
  /// Source: Linux Documentation/admin-guide/mm/hugetlbpage.rst.
  private static func freeHugePages(of size: UInt64) -> UInt64? {
    let folder = FilePath("/sys/kernel/mm/hugepages/hugepages-\(size / 1024)kB")
    func count(_ name: String) -> UInt64? {
      guard let bytes = try? folder.appending(name).contents(limit: 4096) else { return nil }
      return UInt64(String(decoding: bytes, as: UTF8.self).prefix { $0.isNumber })
    }
    guard let free = count("free_hugepages") else { return nil }
    let (limit, surplus) = (count("nr_overcommit_hugepages") ?? 0, count("surplus_hugepages") ?? 0)
    return free.checkedSum(limit > surplus ? limit - surplus : 0)
  }
}

extension HostPath {
  /// Makes the description of `examination`, with the file's identity.
  package init(_ examination: BackendExamination) {
    self.init(
      forWriting: examination.forWriting, forReading: examination.forReading,
      identity: Self.identity(of: examination.path), fileSystem: examination.fileSystem)
  }

  /// Returns the identity of the file at `path`; follows up to 40 symbolic links, as Linux does.
  private static func identity(of path: FilePath, followed: Int = 0) -> String {
    if let status = try? path.stat() { return "\(status.deviceID.rawValue):\(status.inode.rawValue)" }
    // A link to a missing file stands for the file that will be created there.
    if followed < 40, let target = try? path.linkTarget() {
      return identity(of: path.folderOrDot.pushing(target), followed: followed + 1)
    }
    // A missing file is identified by its folder and its name.
    guard let name = path.lastComponent, let status = try? path.folderOrDot.stat() else {
      return path.string
    }
    return "\(status.deviceID.rawValue):\(status.inode.rawValue)/\(name.string)"
  }
}

/// The hugetlbfs mounts, where huge pages can be mapped through files.
package enum HugePageMounts {
  /// The page sizes, in bytes, of all mounted hugetlbfs. Source: Linux `Documentation/admin-guide/mm/hugetlbpage.rst`.
  package static var sizes: [UInt64] { sizes(in: FilePath("/proc/self/mounts").text) }

  /// Returns the page sizes in `mounts`, which has the format of /proc/self/mounts.
  static func sizes(in mounts: String) -> [UInt64] {
    mounts.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count > 3, words[2] == "hugetlbfs" else { return nil }
      let option = words[3].split(separator: ",").first { $0.hasPrefix("pagesize=") }
      return option.flatMap { try? ByteCount(parsing: String($0.dropFirst("pagesize=".count))).bytes }
    }
  }
}
