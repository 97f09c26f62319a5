import Basics
import SystemPackage

/// Where huge pages can be mapped by way of files.
package enum HugePageMounts {
  /// Bytes of the pages of each hugetlbfs that is mounted. Source: Linux `Documentation/admin-guide/mm/hugetlbpage.rst`.
  package static var sizes: [UInt64] { sizes(in: FilePath("/proc/self/mounts").text) }

  /// The same in `mounts`, as /proc/self/mounts has them.
  static func sizes(in mounts: String) -> [UInt64] {
    mounts.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count > 3, words[2] == "hugetlbfs" else { return nil }
      let option = words[3].split(separator: ",").first { $0.hasPrefix("pagesize=") }
      return option.flatMap { try? ByteCount(parsing: String($0.dropFirst("pagesize=".count))).bytes }
    }
  }
}
