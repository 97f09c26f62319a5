import Glibc
import SystemPackage

/// The memory of a virtual machine monitor, mapping by mapping, without the guest's RAM and backends.
///
/// Source: proc(5), smaps.
struct ProcessMemory {
  /// Resident bytes other than the guest's.
  private(set) var besideGuest = 0
  /// Resident bytes without a file: another monitor on the same host would need its own.
  private(set) var ownBesideGuest = 0

  /// Every guest of the bench has at least this much RAM, and no other mapping is as large.
  private static let guestMemory = 256 << 20

  init(of process: pid_t) {
    var isGuest = false
    for line in (smallFile(FilePath("/proc/\(process)/smaps")) ?? "").split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let name = words.first else { continue }
      let bytes = words.count > 1 ? (Int(words[1]) ?? 0) << 10 : 0
      if line.first?.isHexDigit == true, name.contains("-") {
        let bounds = name.split(separator: "-").compactMap { UInt64($0, radix: 16) }
        isGuest = bounds.count == 2 && bounds[1] - bounds[0] >= Self.guestMemory || line.hasSuffix(".img")
      } else if !isGuest, name == "Rss:" {
        besideGuest += bytes
      } else if !isGuest, name == "Anonymous:" {
        ownBesideGuest += bytes
      }
    }
  }
}
