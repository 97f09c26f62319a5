import CLinux
import Glibc
import Synchronization
import SystemPackage

/// The processes of this host and the files that they have open or mapped, looked at once, when somebody asks first.
///
/// Source: proc(5), `/proc/pid/fd` and `/proc/pid/maps`, as far as the caller may see them.
package final class HostProcesses: Sendable {
  private struct Snapshot {
    /// By what they have open.
    var open: [BackendIdentity: Set<Int>] = [:]
    /// By the inode of what they have mapped, whatever device that is on: it is not that of stat(2) everywhere.
    var mapped: [UInt64: Set<Int>] = [:]
    /// Whether there is a process whose open files are not shown to the caller.
    var isPartial = false
    /// By the file or device that they show.
    var loops: [BackendIdentity: [BlockDevice]] = [:]
  }

  private let snapshot = Mutex<Snapshot?>(nil)
  private let asksKernel: Bool

  /// For `many` backends one look is less work than a question to the kernel about each; and several of them may be one
  /// file, open here more than once.
  package init(many: Bool = false) { asksKernel = !many }

  /// Who has `backend` open or mapped, this process aside: other processes, and those that have it by way of a loop
  /// device, or have the file below one. Nobody is looked for where the kernel says that there is none, and where it
  /// says that there is one whom nobody sees, that is told.
  package func users(of backend: borrowing Backend) -> [HostState.User] {
    let isOpen = asksKernel ? backend.isOpenElsewhere : nil
    if isOpen == false { return [] }
    let seen = visibleUsers(of: backend)
    // Asked again: whoever had it may have ended meanwhile.
    guard seen.isEmpty, isOpen != nil, backend.isOpenElsewhere == true, !backend.isOpenTwiceHere else { return seen }
    return [HostState.User(process: nil, name: "the kernel, or another container")]
  }

  /// Whether `users(of:)` tells of everybody: the kernel knows all who have a file open, and what it does not know of
  /// the caller may not see of other people's processes. Of many backends nobody is told that about each.
  package func seesAllUsers(of backend: borrowing Backend) -> Bool {
    !asksKernel || backend.isOpenElsewhere != nil || !current.isPartial
  }

  private var current: Snapshot {
    snapshot.withLock { snapshot in
      let known = snapshot ?? Self.look()
      snapshot = known
      return known
    }
  }

  private func visibleUsers(of backend: borrowing Backend) -> [HostState.User] {
    let known = current
    let status = try? backend.descriptor.stat()
    var users = processes(with: backend.identity, status, known)
    let own = status.flatMap { BlockDevice($0) }
    if let own { users += Self.uses(of: own) + usersOfDerived(own, known) }
    var others = known.loops[backend.identity] ?? []
    if let backing = own?.backing {
      users += processes(with: backing.identity, try? backing.path.stat(), known, through: backing.path.string)
      others += (known.loops[backing.identity] ?? []).filter { $0.identity != own?.identity }
    }
    for loop in others { users += self.users(of: loop, known) }
    return users
  }

  /// Who uses `device`, which stands on the backend: the device itself where nobody else does.
  private func users(of device: BlockDevice, _ known: Snapshot) -> [HostState.User] {
    let users =
      processes(with: device.identity, nil, known, through: device.path) + Self.uses(of: device)
      + usersOfDerived(device, known)
    return users.isEmpty ? [HostState.User(process: nil, name: device.path)] : users
  }

  /// Who uses what the kernel has made of `device`. A partition is there by itself, and is no use.
  private func usersOfDerived(_ device: BlockDevice, _ known: Snapshot) -> [HostState.User] {
    device.holders.flatMap { users(of: $0, known) }
      + device.partitions.flatMap { part in
        processes(with: part.identity, nil, known, through: part.path) + Self.uses(of: part)
          + part.holders.flatMap { users(of: $0, known) }
      }
  }

  private static func uses(of device: BlockDevice) -> [HostState.User] {
    device.uses.map { HostState.User(process: nil, name: "\(device.path), \($0)") }
  }

  /// The processes that have a file or device open, or a file that `status` describes mapped.
  private func processes(
    with identity: BackendIdentity, _ status: Stat?, _ known: Snapshot, through path: String? = nil
  ) -> [HostState.User] {
    var processes = known.open[identity] ?? []
    if let status, status.type == .regular, let mapping = known.mapped[UInt64(status.inode.rawValue)] {
      processes.formUnion(mapping.filter { FilePath("/proc/\($0)").hasMapped(status) })
    }
    return processes.sorted().compactMap { process in
      let name = FilePath("/proc/\(process)/comm").text.prefix { $0 != "\n" }
      // One without a name has ended meanwhile.
      return name.isEmpty ? nil : HostState.User(process: process, name: String(name), through: path)
    }
  }

  private static func look() -> Snapshot {
    var snapshot = Snapshot()
    for process in FilePath("/proc").names.compactMap({ Int($0) }) where process != Int(getpid()) {
      let folder = FilePath("/proc/\(process)")
      let descriptors = folder.appending("fd")
      let names: [String]
      do throws(Errno) { names = try descriptors.list() } catch {
        // One that has ended is no secret.
        if error == .permissionDenied { snapshot.isPartial = true }
        continue
      }
      for name in names where name != "." && name != ".." {
        // What cannot be a backend is most of it: sockets, pipes, terminals.
        guard let status = try? descriptors.appending(name).stat(), let identity = BackendIdentity(of: status) else {
          continue
        }
        snapshot.open[identity, default: []].insert(process)
      }
      for inode in inodes(mapped: folder.appending("maps").bytes) {
        snapshot.mapped[inode, default: []].insert(process)
      }
    }
    for loop in BlockDevice.loops {
      if let backing = loop.backing { snapshot.loops[backing.identity, default: []].append(loop) }
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
  ///
  /// Answers whether everybody could be seen; see `HostProcesses.seesAllUsers`.
  package func checkUnused() throws(BackendError) -> Bool {
    let processes = HostProcesses()
    guard let user = processes.users(of: self).first else { return processes.seesAllUsers(of: self) }
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
