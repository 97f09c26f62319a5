import CLinux
import Glibc
import Synchronization
import SystemPackage

/// The processes of this host and the files that they have open or mapped: a snapshot, taken on first use.
///
/// Source: proc(5), `/proc/pid/fd`, `fdinfo` and `maps`, to the extent that the caller may see them. Files on mounts
/// that this kernel does not serve itself are not examined: their server may not answer.
package final class HostProcesses: Sendable {
  fileprivate struct Snapshot {
    /// The processes by the file or device that they have open.
    var open: [BackendIdentity: Set<Int>] = [:]
    var openRemotely: [RemoteFile: Set<Int>] = [:]
    /// The processes by the inode that they have mapped, on any device.
    var mapped: [UInt64: Set<Int>] = [:]
    /// Whether some process does not show its open files to the caller.
    var isPartial = false
    /// The loop devices by their backing file or device, and by its path.
    var loops: [BackendIdentity: [BlockDevice]] = [:]
    var loopsByPath: [String: [BlockDevice]] = [:]
    var mounts = MountTable()
  }

  private let snapshot = Mutex<Snapshot?>(nil)
  private let asksKernel: Bool
  /// The only processes that are looked at; nil for all.
  private let processes: [Int]?

  /// For `many` backends one look is less work than a question to the kernel about each; and several of them may be one
  /// file, open here more than once.
  package init(many: Bool = false) {
    asksKernel = !many
    processes = nil
  }

  /// Of all processes those alone.
  package init(among processes: [Int]) {
    asksKernel = false
    self.processes = processes
  }

  /// Returns the users of `backend`, except this process: processes that have it open or mapped, also through a loop
  /// device or, if it is one, its backing file. Skips the search if the kernel says that there are none. If the kernel
  /// says that there is a user but none is visible, returns one without a process.
  package func users(of backend: borrowing Backend) -> [HostState.User] {
    let isOpen = asksKernel ? backend.isOpenElsewhere : nil
    if isOpen == false { return [] }
    let seen = visibleUsers(of: backend)
    // Ask again: the user may have ended meanwhile.
    guard seen.isEmpty, isOpen != nil, backend.isOpenElsewhere == true, !backend.isOpenTwiceHere else { return seen }
    return [HostState.User(process: nil, name: "the kernel, or another container")]
  }

  /// Returns whether `users(of:)` finds every user: either the kernel knows all openers of the file, or the caller may
  /// see the open files of all processes. Always true for a snapshot of many backends, which does not report this for
  /// each.
  package func seesAllUsers(of backend: borrowing Backend) -> Bool {
    !asksKernel || backend.isOpenElsewhere != nil || !current.isPartial
  }

  private var current: Snapshot {
    snapshot.withLock { snapshot in
      let known = snapshot ?? look()
      snapshot = known
      return known
    }
  }

  private func visibleUsers(of backend: borrowing Backend) -> [HostState.User] {
    let known = current
    guard let status = try? backend.descriptor.stat() else { return [] }
    let file = OpenFile("\(backend.descriptor.rawValue)")
    let mount = known.mounts[file?.mount]
    var users = processes(
      with: backend.identity, file.flatMap { RemoteFile($0, on: mount) },
      file.flatMap { MappedFile(status, at: $0.path, inode: $0.inode, on: mount) }, known)
    let own = BlockDevice(status)
    if let own { users += uses(of: own, known) + usersOfDerived(own, known) }
    var others = known.loops[backend.identity] ?? file.flatMap { known.loopsByPath[$0.path] } ?? []
    if let path = own?.backing {
      let backing = known.mounts.isLocal(path) ? try? FilePath(path).stat() : nil
      if let backing, let identity = BackendIdentity(of: backing) {
        users += processes(with: identity, nil, MappedFile(backing, at: path, on: nil), known, through: path)
        others += known.loops[identity] ?? []
      }
      others += known.loopsByPath[path] ?? []
      others.removeAll { $0.identity == own?.identity }
    }
    for loop in others { users += self.users(of: loop, known) }
    return users
  }

  /// Returns the users of `device`, which stands on the backend; if there are none, the device itself.
  private func users(of device: BlockDevice, _ known: Snapshot) -> [HostState.User] {
    let users =
      processes(with: device.identity, nil, nil, known, through: device.path) + uses(of: device, known)
      + usersOfDerived(device, known)
    return users.isEmpty ? [HostState.User(process: nil, name: device.path)] : users
  }

  /// Returns the users of the devices that the kernel has built on `device`. A partition as such is not a use.
  private func usersOfDerived(_ device: BlockDevice, _ known: Snapshot) -> [HostState.User] {
    device.holders.flatMap { users(of: $0, known) }
      + device.partitions.flatMap { part in
        processes(with: part.identity, nil, nil, known, through: part.path) + uses(of: part, known)
          + part.holders.flatMap { users(of: $0, known) }
      }
  }

  private func uses(of device: BlockDevice, _ known: Snapshot) -> [HostState.User] {
    device.uses(among: known.mounts).map { HostState.User(process: nil, name: "\(device.path), \($0)") }
  }

  /// Returns the processes that have the file or device open, or the file mapped.
  private func processes(
    with identity: BackendIdentity, _ remote: RemoteFile?, _ file: MappedFile?, _ known: Snapshot,
    through path: String? = nil
  ) -> [HostState.User] {
    var processes = known.open[identity] ?? []
    if let remote { processes.formUnion(known.openRemotely[remote] ?? []) }
    if let file {
      let mapping = file.inodes.flatMap { known.mapped[$0] ?? [] }
      processes.formUnion(Set(mapping).subtracting(processes).filter { file.isMapped(by: FilePath("/proc/\($0)")) })
    }
    return processes.sorted().compactMap { process in
      let name = FilePath("/proc/\(process)/comm").text.prefix { $0 != "\n" }
      // A process without a name has ended meanwhile.
      return name.isEmpty ? nil : HostState.User(process: process, name: String(name), through: path)
    }
  }

  private func look() -> Snapshot {
    var snapshot = Snapshot()
    let names = FilePath("/proc").names
    // Process 1 is visible to everybody unless the processes of other users are hidden (hidepid).
    snapshot.isPartial = !names.contains("1")
    for process in processes ?? names.compactMap({ Int($0) }) where process != Int(getpid()) {
      snapshot.look(at: process)
    }
    for loop in BlockDevice.loops {
      guard let path = loop.backing else { continue }
      if snapshot.mounts.isLocal(path), let status = try? FilePath(path).stat(),
        let identity = BackendIdentity(of: status)
      {
        snapshot.loops[identity, default: []].append(loop)
      } else {
        snapshot.loopsByPath[path, default: []].append(loop)
      }
    }
    return snapshot
  }
}

extension HostProcesses.Snapshot {
  fileprivate mutating func look(at process: Int) {
    let folder = FilePath("/proc/\(process)")
    let numbers: [String]
    do throws(Errno) { numbers = try folder.appending("fd").list() } catch {
      // A process that has ended does not count as hidden.
      if error == .permissionDenied { isPartial = true }
      return
    }
    for number in numbers where number.first?.isNumber == true {
      // Most descriptors cannot be backends: sockets, pipes, terminals.
      guard let file = OpenFile(number, of: folder), !file.path.hasPrefix("/dev/pts/"), file.path != "/dev/null" else {
        continue
      }
      if let number = file.mount, mounts[number] == nil { mounts.add(folder) }
      guard let mount = mounts[file.mount] else { continue }
      if mount.isLocal {
        let status = try? folder.appending("fd").appending(number).stat()
        if let identity = status.flatMap({ BackendIdentity(of: $0) }) { open[identity, default: []].insert(process) }
      } else if let remote = RemoteFile(file, on: mount) {
        openRemotely[remote, default: []].insert(process)
      }
    }
    for inode in Self.inodes(mappedBy: folder) { mapped[inode, default: []].insert(process) }
  }

  /// Returns the inodes in `/proc/pid/maps`: address, permissions, offset, device, inode, path.
  private static func inodes(mappedBy process: FilePath) -> Set<UInt64> {
    var inodes: Set<UInt64> = []
    var last: UInt64 = 0
    var (field, number) = (0, UInt64(0))
    process.appending("maps").forEachPart { part in
      for byte in part {
        switch byte {
        case UInt8(ascii: "\n"): (field, number) = (0, 0)
        case UInt8(ascii: " ") where field < 5:
          field += 1
          guard field == 5, number != last else { continue }
          last = number
          if number > 0 { inodes.insert(number) }
        case UInt8(ascii: "0")...UInt8(ascii: "9") where field == 4:
          number = number &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
        default: break
        }
      }
    }
    return inodes
  }
}

extension Backend {
  /// Returns the processes that have the backend open or mapped, except this one, to the extent that the caller may see
  /// them.
  package func users() -> [HostState.User] { HostProcesses().users(of: self) }

  /// Throws if another process has the backend open or mapped.
  ///
  /// Returns whether all users could be seen; see `HostProcesses.seesAllUsers`.
  package func checkUnused() throws(BackendError) -> Bool {
    let processes = HostProcesses()
    guard let user = processes.users(of: self).first else { return processes.seesAllUsers(of: self) }
    throw BackendError(path, .inUse("\(user)"))
  }

  /// Whether another descriptor has the file open or mapped; `nil` if the kernel cannot say. It knows every opener of a
  /// file unless the file system is layered over another one.
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

  /// Whether this process has the file open by another descriptor, too.
  fileprivate var isOpenTwiceHere: Bool {
    // Compares what the kernel knows of the descriptors: one of them may be on a mount that does not answer.
    guard let own = OpenFile("\(descriptor.rawValue)") else { return false }
    let others = FilePath("/proc/self/fd").names.filter { name in
      guard name != "\(descriptor.rawValue)", let file = OpenFile(name), file.inode == own.inode else { return false }
      return file.mount == own.mount || file.path == own.path
    }
    return !others.isEmpty
  }
}
