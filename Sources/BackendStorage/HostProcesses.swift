import CLinux
import Glibc
import HostResources
import Synchronization
import SystemPackage
package import VNVDIMMCore

/// The processes of this host and the files that they have open or mapped, looked at once, when somebody asks first.
///
/// Source: proc(5), `/proc/pid/fd` and `/proc/pid/maps`, as far as the caller may see them.
package final class HostProcesses: Sendable {
  private struct Snapshot {
    /// By what they have open.
    var open: [BackendIdentity: Set<Int>] = [:]
    /// By the inode of what they have mapped, whatever device that is on: it is not that of stat(2) everywhere.
    var mapped: [UInt64: Set<Int>] = [:]
  }

  private let snapshot = Mutex<Snapshot?>(nil)
  private let asksKernel: Bool

  /// For `many` backends one look is less work than a question to the kernel about each; and several of them may be one
  /// file, open here more than once.
  package init(many: Bool = false) { asksKernel = !many }

  /// The processes that have `backend` open or mapped, this one aside. Nobody is looked for where the kernel says that
  /// there is none, and where it says that there is one whom nobody sees, that is told.
  package func users(of backend: borrowing Backend) -> [HostState.User] {
    if asksKernel, backend.isOpenElsewhere == false { return [] }
    let seen = visibleUsers(of: backend)
    // Asked again: whoever had it may have ended meanwhile.
    guard seen.isEmpty, asksKernel, backend.isOpenElsewhere == true, !backend.isOpenTwiceHere else { return seen }
    return [HostState.User(process: nil, name: "the kernel, or another container")]
  }

  private func visibleUsers(of backend: borrowing Backend) -> [HostState.User] {
    let identity = backend.identity
    let status = backend.kind == .regularFile ? try? backend.descriptor.stat() : nil
    var processes: Set<Int> = []
    snapshot.withLock { snapshot in
      let known = snapshot ?? Self.look()
      snapshot = known
      processes = known.open[identity] ?? []
      guard let status, let mapping = known.mapped[UInt64(status.inode.rawValue)] else { return }
      processes.formUnion(mapping.filter { FilePath("/proc/\($0)").hasMapped(status) })
    }
    return processes.sorted().compactMap { process in
      let name = FilePath("/proc/\(process)/comm").text.prefix { $0 != "\n" }
      // One without a name has ended meanwhile.
      return name.isEmpty ? nil : HostState.User(process: process, name: String(name))
    }
  }

  private static func look() -> Snapshot {
    var snapshot = Snapshot()
    for process in FilePath("/proc").names.compactMap({ Int($0) }) where process != Int(getpid()) {
      let folder = FilePath("/proc/\(process)")
      let descriptors = folder.appending("fd")
      for name in descriptors.names where name != "." && name != ".." {
        // What cannot be a backend is most of it: sockets, pipes, terminals.
        guard let status = try? descriptors.appending(name).stat(),
          [.regular, .blockSpecial, .characterSpecial].contains(status.type)
        else { continue }
        let identity = BackendIdentity(of: status, kind: status.type == .regular ? .regularFile : .blockDevice)
        snapshot.open[identity, default: []].insert(process)
      }
      for inode in inodes(mapped: folder.appending("maps").bytes) {
        snapshot.mapped[inode, default: []].insert(process)
      }
    }
    return snapshot
  }

  /// The inodes in the text of a `/proc/pid/maps`: address, permissions, offset, device, inode, path.
  private static func inodes(mapped text: [UInt8]) -> Set<UInt64> {
    var inodes: Set<UInt64> = []
    var (field, number) = (0, UInt64(0))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\n"): (field, number) = (0, 0)
      case UInt8(ascii: " ") where field < 5:
        field += 1
        if field == 5, number > 0 { inodes.insert(number) }
      case UInt8(ascii: "0")...UInt8(ascii: "9") where field == 4:
        number = number &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
      default: break
      }
    }
    return inodes
  }
}

extension Backend {
  /// The processes that have the backend open or mapped, this one aside, as far as the caller may see them.
  package func users() -> [HostState.User] { HostProcesses().users(of: self) }

  /// Throws where another process has the backend open or mapped.
  package func checkUnused() throws(BackendError) {
    guard let user = users().first else { return }
    throw BackendError(path, .inUse("\(user)"))
  }

  /// Whether anybody has it open or mapped by another descriptor than this one; nil where the kernel does not tell: it
  /// knows every opener of a file whose file system is not laid over another one.
  fileprivate var isOpenElsewhere: Bool? {
    guard kind == .regularFile else { return nil }
    var file = clinux_file_system()
    // Safe: the structure lives for the call.
    guard unsafe clinux_file_system(descriptor.rawValue, &file) >= 0,
      FileSystemName.local.contains(FileSystemName.name(ofMagic: file.kind))
    else { return nil }
    let answer = clinux_is_open_elsewhere(descriptor.rawValue)
    return answer < 0 ? nil : answer == 1
  }

  /// Whether this process itself has it open by another descriptor, too.
  fileprivate var isOpenTwiceHere: Bool {
    let folder = FilePath("/proc/self/fd")
    let own = folder.names.filter { name in
      guard let status = try? folder.appending(name).stat(), status.type == .regular else { return false }
      return BackendIdentity(of: status, kind: .regularFile) == identity
    }
    return own.count > 1
  }
}
