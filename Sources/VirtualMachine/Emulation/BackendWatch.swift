import CLinux
import Glibc
import Storage
import Synchronization
import SystemPackage

/// Detects that the file of an NVDIMM was truncated, even if the guest does not access it.
struct BackendWatch: ~Copyable {
  private let hardware: GuestHardware
  /// The inotify descriptor; negative if the host has none left. The guest then finds the end of the file only by an
  /// access.
  private let watcher: Int32
  /// The number of NVDIMMs that are watched; plugged ones are appended.
  private let count = Atomic(0)

  init(_ hardware: GuestHardware) {
    self.hardware = hardware
    watcher = clinux_file_watcher()
  }

  deinit { if watcher >= 0 { close(watcher) } }

  /// Watches all files of the hardware, including those plugged since the last call. Returns whether there are new
  /// ones, whose changes may have been missed.
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

  /// Readable after the file was changed by a system call, which the guest's writes are not.
  var descriptor: FileDescriptor? { watcher >= 0 ? FileDescriptor(rawValue: watcher) : nil }

  /// Returns the failure of a backend that has become too short; `nil` if none has.
  func failure() -> BackendFailure? {
    clinux_drain(watcher)
    return hardware.dimms.lazy.compactMap(\.truncation).first
  }
}
