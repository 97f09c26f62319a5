import Glibc
package import SystemPackage

/// A process of this host that runs a guest, as the kernel reports it.
///
/// Reading the memory of a process, which includes its command line, may block for as long as that process likes. Read it
/// in a child process, which can be ended.
package struct GuestProcess: Sendable {
  package let id: Int
  /// The file name of its program: that of a QEMU, or this suite's own.
  package let program: String

  private var folder: FilePath { FilePath("/proc/\(id)") }

  /// The name of this suite's program that runs guests.
  package static let ownProgram = "vnvdimm"

  /// `nil` if the process does not run a program that runs guests.
  package init?(_ id: Int) {
    self.id = id
    let folder = FilePath("/proc/\(id)")
    let path = try? folder.appending("exe").linkTarget().lastComponent?.string
    // Users who may not see the link still see the first 15 letters of the name.
    lazy var shortName = String(folder.appending("comm").text.prefix { $0 != "\n" })
    let name = path ?? shortName
    guard name.hasPrefix("qemu-system-") || name.hasPrefix("qemu-kvm") || name.hasPrefix(Self.ownProgram) else {
      return nil
    }
    // The suite starts short-lived processes of its own under this name.
    guard !name.hasPrefix(Self.ownProgram) || shortName != HostProgram.own.lastComponent?.string else { return nil }
    // The program file may have been replaced since the start.
    program = name.hasSuffix(Self.deleted) ? String(name.dropLast(Self.deleted.count)) : name
  }

  private static let deleted = " (deleted)"

  /// Returns the guest processes that the caller can see, except itself, in ascending order of their numbers, and whether
  /// the kernel shows the processes of other users.
  package static func all() -> (processes: [GuestProcess], areComplete: Bool) {
    let names = FilePath("/proc").names
    let numbers = names.compactMap { Int($0) }.filter { $0 != Int(getpid()) }.sorted()
    // Process 1 is visible to every user unless the processes of other users are hidden (hidepid).
    return (numbers.compactMap { GuestProcess($0) }, names.contains("1"))
  }

  /// Returns the command line with which the process was started, unless the process has overwritten it.
  package func arguments() throws(Errno) -> [String] {
    let bytes = try folder.appending("cmdline").contents(limit: 1 << 20)
    let words = bytes.last == 0 ? bytes.dropLast() : bytes[...]
    guard !words.isEmpty else { return [] }
    return words.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Returns a function that resolves the paths of the process. A relative path begins in its current folder, or, if the
  /// process has left its folder as daemons do, where it has such a file open. Throws EACCES if the caller may not see
  /// the open files of the process.
  package func paths() throws(Errno) -> @Sendable (String) -> String {
    let current = try folder.appending("cwd").linkTarget()
    let open = try folder.appending("fd").list().compactMap { OpenFile($0, of: folder)?.path }
    return { path in
      let place = current.pushing(FilePath(path)).string
      return open.contains(place) ? place : open.first { $0.hasSuffix("/\(path)") } ?? place
    }
  }
}
