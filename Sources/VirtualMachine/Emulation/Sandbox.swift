import CLinux
import Glibc
import Storage
package import SystemPackage

/// What a VMM has no use for once its guest runs, given up for good: a guest that got hold of it would not get far.
///
/// No new privileges, no capabilities but those for files, Landlock for the files and seccomp for the system calls, as
/// far as the kernel has them.
package struct Sandbox: Sendable {
  /// Folders and files that stay readable: what a guest is made of, anew after each reset.
  private var readable: [FilePath] = [
    "/boot", "/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc/ld.so.cache", "/proc/self", "/sys", "/dev/null",
  ]
  /// Folders in which files stay writable and can be made, and devices.
  package let writable: [FilePath]
  /// Folders from which files can be removed: sockets, at the end.
  private let removable: [FilePath]
  /// Folders in which files that are open can get a name: those of the backends.
  private let nameable: [FilePath]

  /// `loaded`: what is read when the guest starts; `writable`: where backends that are plugged later may lie;
  /// `sockets`: what is removed at the end; `nameable`: where the condition of a DIMM may come to be kept.
  package init(loaded: [FilePath], writable: [FilePath], sockets: [FilePath] = [], nameable: [FilePath] = []) {
    // Also where a symbolic link leads, as /vmlinuz does.
    readable += loaded.flatMap { [$0.folderOrDot, $0.resolved.folderOrDot] }
    self.writable = writable
    removable = sockets.map(\.folderOrDot)
    self.nameable = nameable
  }

  /// Gives it up, for this thread and all that it starts. To be called before a machine has any.
  package func enter() {
    // Each call answers whether the kernel has what it asks for; where it has not, the others still hold.
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
  /// The path without symbolic links; this one where there is nothing.
  fileprivate var resolved: FilePath {
    // Safe: the text lives for the call; the answer is copied and freed.
    guard let text = unsafe withPlatformString({ unsafe realpath($0, nil) }) else { return self }
    defer { unsafe free(text) }
    return unsafe FilePath(platformString: text)
  }
}
