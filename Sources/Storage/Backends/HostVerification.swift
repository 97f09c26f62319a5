package import Basics
import QEMU

/// The problems of a backend, and the facts worth knowing, that come from its host.
package struct HostVerification: Sendable {
  package private(set) var findings: [Finding] = []

  /// `mappedSize` and `length`, the file size, are in bytes. `isWritten` is whether the guest's writes reach the
  /// backend.
  package init(_ host: HostState, isBlockDevice: Bool, length: UInt64, mappedSize: UInt64, isWritten: Bool) {
    verifyUsers(host.users)
    if host.users.isEmpty, !host.seesAllUsers {
      add(.useUnknown, HostState.unseenUsers)
    }
    verifySpace(host, size: max(length, mappedSize))
    if host.sharesExtents {
      add(.sharedExtents, "some of its blocks are shared with another file: the first write to each takes new space")
    }
    if let place = host.volatilePlace { verifyVolatile(place, isWritten: isWritten) }
    if isBlockDevice { verifyBlockDevice(host) }
  }

  private mutating func add(
    _ rule: HostRule, _ message: String, severity: Finding.Severity? = nil, stored: String? = nil,
    expected: String? = nil
  ) {
    findings.append(Finding(rule, message, severity: severity, stored: stored, expected: expected))
  }

  private mutating func verifyUsers(_ users: [HostState.User]) {
    guard !users.isEmpty else { return }
    add(
      .inUse, "the backend is open or mapped now, and QEMU takes no lock: \(users.firstFew(\.description))")
  }

  private mutating func verifySpace(_ host: HostState, size: UInt64) {
    guard let allocated = host.allocated, let available = host.available, size > allocated,
      size - allocated > available
    else { return }
    add(
      .space,
      "the guest can write more than its file system has room for, and would be stopped by SIGBUS; prealloc=on fails",
      stored: ByteCount(available).precise, expected: ByteCount(size - allocated).precise)
  }

  private mutating func verifyVolatile(_ place: String, isWritten: Bool) {
    guard isWritten else {
      return add(
        .volatile, "the backend lies in \(place), in the host's memory: it is lost when the host restarts",
        severity: .note)
    }
    add(
      .volatile,
      "the backend lies in \(place), in the host's memory: everything that the guest writes is lost when the host restarts"
    )
  }

  private mutating func verifyBlockDevice(_ host: HostState) {
    guard let memory = host.persistentMemory else {
      return add(
        .pageCache,
        "a block device is mapped through the page cache: what the guest makes "
          + "durable is not durable on the host")
    }
    let unit = memory.alignment.map { ", in units of \(ByteCount($0))" } ?? ""
    add(
      .pageCache,
      "\(memory.name) is persistent memory in \(memory.mode) mode\(unit), and mapped through the page cache")
  }
}
