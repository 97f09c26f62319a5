package import Basics

extension HostRule {
  package var explanation: Explanation {
    switch self {
    case .inUse:
      Explanation(
        cause: """
          Another process has the backend open or mapped now, according to proc(5) and, for files in ext4, XFS, btrfs, \
          F2FS and tmpfs, to the kernel. A loop device over the file, a mounted file system and a volume count as well.
          """,
        consequence: "QEMU takes no lock, and two guests that write to one backend destroy each other's data.",
        cure: "Start no other guest with the backend, and change nothing in it, until it is free.")
    case .useUnknown:
      Explanation(
        cause: """
          No process is seen to have the backend open, but the kernel shows the open files of other users' processes \
          only to root.
          """,
        consequence: "Another guest may be using the backend.",
        cure: "Run the check again as root. A check of many backends does not report this finding.")
    case .space:
      Explanation(
        cause: "The file is sparse, and its file system has less room than the guest may come to write.",
        consequence: """
          When the file system is full, SIGBUS ends the guest. A start with `prealloc=on`, which libvirt gives by \
          default, fails at once.
          """,
        cure: "Make room in the file system.")
    case .sharedExtents:
      Explanation(
        cause: "A copy of the file shares some of its blocks (reflink).",
        consequence: "The first write to each of these blocks needs new space.",
        cure: "Keep enough room in the file system for the whole file.")
    case .volatile:
      Explanation(
        cause: """
          The backend lies in the memory of the host: in tmpfs (often `/dev/shm`, `/run` and `/tmp`), ramfs or \
          hugetlbfs, or it is a RAM disk or a zram device. The finding is a note if the guest's writes are not meant to \
          last.
          """,
        consequence: "When the host restarts, everything that the guest wrote is lost.",
        cure: """
          Keep the backend in a file system on a disk. If the guest's data need not last, start with `--allow \
          host-volatile`.
          """)
    case .pageCache:
      Explanation(
        cause: """
          QEMU maps a block device through the page cache of the host, even if it is persistent memory in fsdax mode.
          """,
        consequence: "If the host fails, data that the guest has made durable may be only in the cache, and is lost.",
        cure: "Use a file in a file system that is mounted with DAX on the device, or a DAX device.")
    case .hugePages:
      Explanation(
        cause: """
          The file is in a hugetlbfs, and the mapped size is less than one of its pages or needs more pages than are \
          free.
          """,
        consequence: "QEMU refuses to start.",
        cure: "Raise `vm.nr_hugepages` with sysctl(8), or use the size in the hint.")
    case .tooLong:
      Explanation(
        cause: """
          QEMU has to create the file, but the mapped size exceeds the largest file of its file system, which is 16 TiB \
          on ext4 with blocks of 4 KiB.
          """,
        consequence: """
          QEMU prints `ftruncate: File too large` and starts with an empty file, and SIGBUS ends the guest as soon as \
          it uses the NVDIMM.
          """,
        cure: "Use another file system, such as XFS.")
    }
  }

  package var chapter: RuleChapter { .host }
}

/// Every finding about a backend that is due to the host. The raw value is the stable id.
package enum HostRule: String, CaseIterable, FindingRule, Hashable {
  /// A process has the backend open or mapped now.
  case inUse = "backend-in-use"
  /// It cannot be determined whether a process has the backend open.
  case useUnknown = "backend-use-unknown"
  /// The file system has less room than a sparse file may need.
  case space = "host-space"
  /// Blocks are shared with another file: the first write to each block copies it and takes space.
  case sharedExtents = "host-extents-shared"
  /// A block device is mapped through the host's page cache.
  case pageCache = "host-page-cache"
  /// The guest's writes stay in the memory of the host, and are lost when the host restarts.
  case volatile = "host-volatile"
  /// A hugetlbfs whose pages are larger than the backend, or too few.
  case hugePages = "host-huge-pages"
  /// The file system does not support files of the mapped size.
  case tooLong = "host-file-too-long"

  package var severity: Finding.Severity {
    switch self {
    case .inUse, .space: .warning
    case .useUnknown, .sharedExtents, .pageCache: .note
    case .volatile, .hugePages, .tooLong: .error
    }
  }
}
