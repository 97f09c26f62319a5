import Basics
package import PersistentMemory
package import SystemPackage

/// Why a backend could not be opened, examined, read or made.
package struct BackendError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case missing
    /// A symbolic link whose target does not exist. QEMU would retry opening it endlessly.
    case danglingLink
    case directory
    /// A file that cannot hold a vNVDIMM: a fifo or a socket.
    case notABackend(String)
    case cannotOpen(Errno)
    /// The backend has this many bytes, which is less than a page of memory.
    case noPage(UInt64)
    /// The size of the device cannot be read.
    case noSize(Errno)
    /// The library that lists the host's DAX devices is missing or fails.
    case cannotAskHost(HostDAXError)
    case cannotRead(offset: UInt64, Errno)
    /// The requested bytes do not lie within the backend.
    case beyondEnd(offset: UInt64, count: UInt64, size: UInt64)
    /// The backend became shorter while it was being read.
    case endedEarly(offset: UInt64, read: UInt64, expected: UInt64)
    /// Another process changed the backend while it was read.
    case changedMeanwhile(offset: UInt64)

    // Reasons why a backend could not be made.
    /// The image to copy has no bytes.
    case emptyImage
    /// The image to copy is a disk image in a format other than raw.
    case notRaw(DiskImageFormat)
    /// The image to copy is a backend with labels.
    case hasLabels
    /// The image to copy has the info block of a namespace, but not the label of that namespace.
    case labelsMissing(String)
    case noFolder
    /// A regular file already has the name, and replacing it was not allowed.
    case exists
    /// A symbolic link has the name; it is neither followed nor replaced.
    case link
    /// A device has the name; backends are made as regular files only.
    case device(BackendKind)
    /// The name is free, but it lies among the host's device nodes.
    case noDevice
    case cannotCreate(Errno)
    /// The new file cannot have the mode, owner, access control list or another attribute of the file that it replaces.
    case cannotKeep(String, Errno)
    /// The file to replace has this many names, and would keep all but one.
    case severalNames(Int)
    case cannotReserve(UInt64, Errno)
    /// A change needs this many bytes of the file system; nothing was changed.
    case noSpace(UInt64, Errno)
    case cannotWrite(offset: UInt64, Errno)
    /// The file was made, but cannot be flushed to the disk or cannot get its name.
    case cannotFinish(Errno)
    /// Another run of the suite is changing the backend, or a program has it open or mapped. The text is its name and
    /// process.
    case inUse(String)
    /// The kernel does not show whether a process of another user has the backend open.
    case usersUnseen
    /// A crash interrupted a change of the backend's labels.
    case unfinishedChange
    /// The record of the DIMM's condition is damaged.
    case conditionDamaged
    /// A signal asked the program to end.
    case interrupted
  }

  package let path: FilePath
  package let reason: Reason

  package init(_ path: FilePath, _ reason: Reason) {
    self.path = path
    self.reason = reason
  }
}

extension BackendError {
  /// Whether this process lacks permission to open or create the file.
  package var isRefusedAccess: Bool {
    [.cannotOpen(.permissionDenied), .cannotCreate(.permissionDenied)].contains(reason)
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
    case .noPage(0): "an empty file, not a backend"
    case .noPage(let size): "less than a page of memory (stored \(ByteCount(size).precise), expected at least 4 KiB)"
    case .noSize(let errno): "the device does not report its size: \(errno)"
    case .cannotAskHost(let error): "\(error)"
    case .cannotRead(let offset, let errno): "cannot read at \(offset.hex): \(errno)"
    case .beyondEnd(let offset, let count, let size):
      "\(count) bytes at \(offset.hex) lie beyond the end (stored \(size) bytes)"
    case .endedEarly(let offset, let read, let expected):
      "ended while it was read at \(offset.hex) (stored \(read) bytes, expected \(expected))"
    case .changedMeanwhile(let offset): "somebody changed it at \(offset.hex) while it was read"
    case .emptyImage: "an empty file, not an image"
    case .notRaw(let format): "an image in the format \(format.rawValue), of which a guest sees the raw bytes"
    case .hasLabels: "a backend with a label area, which would become part of what the guest sees"
    case .labelsMissing(let signature):
      "begins with the info block \(signature) of a namespace whose label is not in it: a guest ignores that block"
    case .noFolder: "no such folder"
    case .exists: "the file exists already"
    case .link: "a symbolic link, which is neither followed nor replaced"
    case .device(let kind): "a \(kind.rawValue); backends are created as regular files"
    case .noDevice: "no such device, and files among the device nodes are lost when the host restarts"
    case .cannotCreate(let errno): "cannot create: \(errno)"
    case .cannotKeep(let what, let errno): "cannot keep the \(what) of the file to replace: \(errno)"
    case .severalNames(let count): "has \(count) names (hard links), and would be replaced under one of them only"
    case .noSpace(let size, let errno): "no room for \(ByteCount(size).precise) that the change needs: \(errno)"
    case .cannotReserve(let size, let errno): "cannot allocate \(ByteCount(size).precise): \(errno)"
    case .cannotWrite(let offset, let errno): "cannot write at \(offset.hex): \(errno)"
    case .cannotFinish(let errno): "cannot complete: \(errno)"
    case .inUse(let user): "in use by \(user)"
    case .usersUnseen: HostState.unseenUsers
    case .unfinishedChange: "a change of its labels was interrupted"
    case .conditionDamaged: "the condition of the DIMM, which is kept here, is damaged"
    case .interrupted: "interrupted"
    }
  }
}
