import CLinux
import Glibc
import Storage
package import SystemPackage

/// Permanently gives up what a VMM does not need once its guest runs, so that a guest that takes over the process does
/// not get far.
///
/// It allows no new privileges and no capabilities except those for files, restricts files with Landlock and system
/// calls with seccomp, to the extent that the kernel supports them.
package struct Sandbox: Sendable {
  /// Folders and files that stay readable: a guest is loaded from them again after each reset.
  private var readable: [FilePath] = [
    "/boot", "/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc/ld.so.cache", "/proc/self", "/sys", "/dev/null",
  ]
  /// Folders in which files stay writable and can be created, and devices.
  package let writable: [FilePath]
  /// Folders from which files can be removed: those of sockets, at the end.
  private let removable: [FilePath]
  /// Folders in which open files can get a name: those of the backends.
  private let nameable: [FilePath]

  /// `loaded` is read when the guest starts; `writable` may contain backends that are plugged later; `sockets` are
  /// removed at the end; the condition of a DIMM may be kept in `nameable`.
  package init(loaded: [FilePath], writable: [FilePath], sockets: [FilePath] = [], nameable: [FilePath] = []) {
    // Also the target of a symbolic link such as /vmlinuz.
    readable += loaded.flatMap { [$0.folderOrDot, $0.resolved.folderOrDot] }
    self.writable = writable
    removable = sockets.map(\.folderOrDot)
    self.nameable = nameable
  }

  /// Restricts this thread and all threads that it starts. Call it before a machine starts its threads.
  package func enter() {
    // Each call fails if the kernel lacks the feature; the others still hold.
    _ = clinux_give_up_privileges()
    // Safe: the lists live for the call and end with nil.
    unsafe Self.withTexts(readable) { readable in
      unsafe Self.withTexts(writable) { writable in
        unsafe Self.withTexts(removable) { removable in
          unsafe Self.withTexts(nameable) {
            _ = unsafe clinux_restrict_files(readable, writable, removable, $0)
          }
        }
      }
    }
    _ = clinux_restrict_calls()
  }

  private static func withTexts(_ paths: [FilePath], _ body: ([UnsafeMutablePointer<CChar>?]) -> Void) {
    // Safe: the texts are freed after their use.
    let texts = unsafe paths.map { unsafe strdup($0.string) } + [nil]
    unsafe body(texts)
    unsafe texts.forEach { unsafe free($0) }
  }
}

extension FilePath {
  /// The path without symbolic links; the path itself if nothing is there.
  fileprivate var resolved: FilePath {
    // Safe: the text lives for the call; the returned text is copied and freed.
    guard let text = unsafe withPlatformString({ unsafe realpath($0, nil) }) else { return self }
    defer { unsafe free(text) }
    return unsafe FilePath(platformString: text)
  }
}
