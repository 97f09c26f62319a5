import CLinux
import SystemPackage

/// The names that files have in their folder before they get their own: `.vnvdimm-` and sixteen digits.
///
/// Whoever gives one to a file has the file locked as long as he works on it: one that can be locked was left behind by
/// a run that was killed, and is either not complete, or what a complete one has replaced.
enum HiddenName {
  private static let start = ".vnvdimm-"
  private static let digits = 16

  static func new() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return start + String(repeating: "0", count: Self.digits - digits.count) + digits
  }

  private static func isHidden(_ name: String) -> Bool {
    name.utf8.count == start.utf8.count + digits && name.hasPrefix(start)
      && name.dropFirst(start.count).allSatisfy { $0.isASCII && $0.isHexDigit && !$0.isUppercase }
  }

  /// Removes what was left in `folder`; answers the names. What cannot be looked at stays.
  static func removeLeftovers(in folder: FileDescriptor) -> [String] {
    // The descriptor of a folder cannot be listed where it was opened for names alone.
    FilePath("/proc/self/fd/\(folder.rawValue)").names.filter(isHidden).sorted().filter { name in
      guard
        let status = try? FilePath(name).stat(relativeTo: folder, flags: .symlinkNoFollow), status.type == .regular
      else { return false }
      // Safe: the texts live for the calls.
      let opened = unsafe clinux_open_without_waiting(folder.rawValue, name)
      guard opened >= 0 else { return false }
      let file = OwnedDescriptor(owning: opened)
      guard clinux_lock(file.rawValue, true) >= 0 else { return false }
      defer { withExtendedLifetime(file) {} }
      return unsafe clinux_unlink(folder.rawValue, name) >= 0
    }
  }
}
