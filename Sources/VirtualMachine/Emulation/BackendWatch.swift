import CLinux
import Glibc
import Storage
import Synchronization
import SystemPackage

/// Notices that somebody makes the file of an NVDIMM shorter, also where the guest touches nothing of it.
struct BackendWatch: ~Copyable {
  private let hardware: GuestHardware
  /// Negative where the host has no more of them to give: the guest then runs into the end of the file.
  private let watcher: Int32
  /// So many NVDIMMs are watched; those that are plugged come behind.
  private let count = Atomic(0)

  init(_ hardware: GuestHardware) {
    self.hardware = hardware
    watcher = clinux_file_watcher()
  }

  deinit { if watcher >= 0 { close(watcher) } }

  /// Watches all files of the hardware, also of what was plugged since the last call; answers whether there are such,
  /// of which something may have been missed.
  func follow() -> Bool {
    let dimms = hardware.dimms
    let added = dimms.dropFirst(count.load(ordering: .relaxed))
    for dimm in added { add(dimm) }
    count.store(dimms.count, ordering: .relaxed)
    return !added.isEmpty
  }

  private func add(_ dimm: DIMM) {
    guard watcher >= 0, let file = dimm.file, file.backend.kind == .regularFile else { return }
    _ = clinux_watch_file(watcher, file.backend.descriptor.rawValue)
  }

  /// Readable after a change by a call, which a guest's writes are not.
  var descriptor: FileDescriptor? { watcher >= 0 ? FileDescriptor(rawValue: watcher) : nil }

  /// The backend that became too short since the last call.
  func failure() -> BackendFailure? {
    clinux_drain(watcher)
    return hardware.dimms.lazy.compactMap(\.truncation).first
  }
}
