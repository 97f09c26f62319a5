import Glibc
import SystemPackage

/// The memory of a virtual machine monitor, mapping by mapping. Source: proc(5), smaps.
struct ProcessMemory {
  /// Resident bytes that are neither the guest's RAM nor a backend: of mappings smaller than any guest's RAM.
  let besideGuest: Int

  /// No guest of the bench has less RAM, and nothing else is as large.
  private static let guestMemory = 256 << 20

  init(of process: pid_t) {
    var sum = 0
    var isGuest = false
    for line in (smallFile(FilePath("/proc/\(process)/smaps")) ?? "").split(separator: "\n") {
      let words = line.split(separator: " ")
      if line.first?.isHexDigit == true, words[0].contains("-") {
        let bounds = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
        isGuest = bounds.count == 2 && bounds[1] - bounds[0] >= Self.guestMemory || line.hasSuffix(".img")
      } else if words.first == "Rss:", words.count > 1, !isGuest {
        sum += (Int(words[1]) ?? 0) << 10
      }
    }
    besideGuest = sum
  }
}
