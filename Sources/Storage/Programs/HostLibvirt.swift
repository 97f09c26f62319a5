import Glibc
package import SystemPackage

/// The libvirt of the host, identified by the file name of its library, which contains the release. Nothing is run and
/// libvirt is not called: in a hook, such a call would wait for itself.
package enum HostLibvirt {
  /// Returns the library of the libvirt whose hook this process is: the one that the nearest daemon among its ancestors
  /// has mapped, even if it has since been replaced on the disk. `nil` if there is none.
  package static func caller() -> FilePath? {
    var process = getpid()
    for _ in 0..<ancestorLimit {
      guard let parent = parent(of: process), parent > 1 else { return nil }
      process = parent
      let folder = FilePath("/proc").appending("\(process)")
      guard daemons.contains(folder.appending("comm").text.trimmed) else { continue }
      return library(in: folder.appending("maps").text)
    }
    return nil
  }

  private static let ancestorLimit = 16
  /// The programs that call hooks of QEMU guests.
  private static let daemons: Set<Substring> = ["libvirtd", "virtqemud"]

  /// Returns the library in a `/proc/pid/maps`: address, permissions, offset, device, inode, path.
  package static func library(in maps: String) -> FilePath? {
    maps.split(separator: "\n").lazy.compactMap { line -> FilePath? in
      guard let start = line.firstIndex(of: "/") else { return nil }
      let path = line[start...]
      let kept = path.hasSuffix(" (deleted)") ? path.dropLast(" (deleted)".count) : path
      return kept.contains("/libvirt.so.0.") ? FilePath(String(kept)) : nil
    }.first
  }

  private static func parent(of process: pid_t) -> pid_t? {
    let line = FilePath("/proc").appending("\(process)").appending("stat").text
    // The name stands in parentheses, and may itself contain some.
    guard let end = line.lastIndex(of: ")") else { return nil }
    let fields = line[end...].split(separator: " ")
    return fields.count > 2 ? pid_t(fields[2]) : nil
  }

  /// Returns the installed library; `nil` if it is in none of the usual folders.
  package static func installed() -> FilePath? {
    let folders = ["lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu", "lib/powerpc64le-linux-gnu", "lib64", "lib"]
    for folder in ["/usr/local/lib64", "/usr/local/lib"] + folders.map({ "/usr/\($0)" }) {
      let link = FilePath(folder).appending("libvirt.so.0")
      if let target = try? link.linkTarget() { return target.isAbsolute ? target : FilePath(folder).pushing(target) }
    }
    return nil
  }
}

extension String {
  fileprivate var trimmed: Substring { self[...].prefix { !$0.isWhitespace } }
}
