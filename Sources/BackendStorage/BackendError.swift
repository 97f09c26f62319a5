package import SystemPackage

/// Why a backend could not be opened, examined, read or made.
package struct BackendError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case missing
    /// A symbolic link whose target does not exist. QEMU would try for ever to open it.
    case danglingLink
    case directory
    /// Something that cannot hold a vNVDIMM: a fifo, a socket.
    case notABackend(String)
    case cannotOpen(Errno)
    /// The device does not tell its size.
    case noSize(Errno)
    case cannotRead(offset: UInt64, Errno)
    /// The bytes asked for do not lie within the backend.
    case beyondEnd(offset: UInt64, count: UInt64, size: UInt64)
    /// The backend became shorter while it was read.
    case endedEarly(offset: UInt64, read: UInt64, expected: UInt64)
  }

  package let path: FilePath
  package let reason: Reason

  package init(_ path: FilePath, _ reason: Reason) {
    self.path = path
    self.reason = reason
  }
}

extension BackendError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing: "no such file"
    case .danglingLink: "a symbolic link to a file that does not exist"
    case .directory: "a directory, not a backend"
    case .notABackend(let kind): "a \(kind), not a backend"
    case .cannotOpen(let errno): "cannot open: \(errno)"
    case .noSize(let errno): "the device does not tell its size: \(errno)"
    case .cannotRead(let offset, let errno): "cannot read at 0x\(String(offset, radix: 16)): \(errno)"
    case .beyondEnd(let offset, let count, let size):
      "\(count) bytes at 0x\(String(offset, radix: 16)) lie beyond the end (stored \(size) bytes)"
    case .endedEarly(let offset, let read, let expected):
      "ended while it was read at 0x\(String(offset, radix: 16)) (stored \(read) bytes, expected \(expected))"
    }
  }
}
