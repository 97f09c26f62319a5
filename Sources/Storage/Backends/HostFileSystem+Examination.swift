import Basics
import CLinux
import QEMU
import SystemPackage

extension HostFileSystem {
  /// That of an open file, whose own pages count as free.
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

  /// That in which a file at `path` would be made.
  init(ofFolderOf path: FilePath) {
    guard let file = try? FileDescriptor.open(path.folderOrDot, .readOnly, options: [.directory, .closeOnExec]) else {
      self = .common
      return
    }
    defer { try? file.close() }
    self.init(of: file)
  }

  /// Pages of `size` bytes that nobody uses, those that the kernel may still make included.
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
