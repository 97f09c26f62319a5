import Glibc
package import SystemPackage

/// A process of this host that runs a guest, by what the kernel tells of it.
///
/// To read what stands in the memory of a process, its command line among it, may take as long as the process likes:
/// whoever asks does that in a process of its own, which can be ended.
package struct GuestProcess: Sendable {
  package let id: Int
  /// The file name of its program: that of a QEMU, or this suite's own.
  package let program: String

  private var folder: FilePath { FilePath("/proc/\(id)") }

  /// The name of this suite's program that runs guests.
  package static let ownProgram = "vnvdimm"

  /// Nil where the process runs no program that runs guests.
  package init?(_ id: Int) {
    self.id = id
    let folder = FilePath("/proc/\(id)")
    let path = try? folder.appending("exe").linkTarget().lastComponent?.string
    // The kernel keeps 15 letters of the name, for those who may not know more.
    lazy var shortName = String(folder.appending("comm").text.prefix { $0 != "\n" })
    let name = path ?? shortName
    guard name.hasPrefix("qemu-system-") || name.hasPrefix("qemu-kvm") || name.hasPrefix(Self.ownProgram) else {
      return nil
    }
    // This suite runs itself by that name, for a short while.
    guard !name.hasPrefix(Self.ownProgram) || shortName != HostProgram.own.lastComponent?.string else { return nil }
    // Its file may have been replaced since.
    program = name.hasSuffix(Self.deleted) ? String(name.dropLast(Self.deleted.count)) : name
  }

  private static let deleted = " (deleted)"

  /// Those that the caller sees, itself aside, by their numbers, and whether the kernel shows it those of other users.
  package static func all() -> (processes: [GuestProcess], areComplete: Bool) {
    let names = FilePath("/proc").names
    let numbers = names.compactMap { Int($0) }.filter { $0 != Int(getpid()) }.sorted()
    // The first process is there for everybody to see, unless those of others are hidden (hidepid).
    return (numbers.compactMap { GuestProcess($0) }, names.contains("1"))
  }

  /// Its command line: what it was started with, unless it has written something else there.
  package func arguments() throws(Errno) -> [String] {
    let bytes = try folder.appending("cmdline").contents(limit: 1 << 20)
    let words = bytes.last == 0 ? bytes.dropLast() : bytes[...]
    guard !words.isEmpty else { return [] }
    return words.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Where its paths lead: relative ones begin in its folder, or in the one that it has left since, as a daemon does, if
  /// it has a file open there. Throws EACCES where the caller may not know what it has open.
  package func paths() throws(Errno) -> @Sendable (String) -> String {
    let current = try folder.appending("cwd").linkTarget()
    let open = try folder.appending("fd").list().compactMap { OpenFile($0, of: folder)?.path }
    return { path in
      let place = current.pushing(FilePath(path)).string
      return open.contains(place) ? place : open.first { $0.hasSuffix("/\(path)") } ?? place
    }
  }
}
