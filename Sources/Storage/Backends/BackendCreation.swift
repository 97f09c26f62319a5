import CLinux
package import SystemPackage

/// A regular file that is to become a backend: made in full before it gets its name, or not at all.
package struct BackendCreation: Sendable {
  /// Whether the file's space is taken when it is made.
  package enum Preallocation: String, CaseIterable, Sendable {
    /// A sparse file: space is taken when the guest writes.
    case off
    /// Space is reserved, nothing is written.
    case falloc
    /// Zeros are written to every byte.
    case full
  }

  /// Where the file is kept until it gets its name.
  package enum Staging: Sendable {
    /// Without a name, where the file system can do that: not even a killed program leaves anything behind.
    case unnamed
    /// Under a hidden name in the same folder.
    case hidden
  }

  package let path: FilePath
  /// F in bytes.
  package let size: UInt64
  package let preallocation: Preallocation
  /// What to copy, and where to.
  package let image: (source: SourceImage, offset: UInt64)?
  /// Bytes to write, in this order, and where.
  package let contents: [(offset: UInt64, bytes: [UInt8])]
  /// What has the name already may be replaced: its owner, mode, access control list and attributes are kept.
  package let replacement: FileReplacement
  /// The mode of the file where it replaces none, before the umask.
  package let mode: FilePermissions
  package let staging: Staging
  /// Whether a file that is new can be read by everybody, whatever the umask says.
  package let isPublic: Bool

  package init(
    path: FilePath, size: UInt64, preallocation: Preallocation = .off,
    image: (source: SourceImage, offset: UInt64)? = nil,
    contents: [(offset: UInt64, bytes: [UInt8])] = [],
    replacement: FileReplacement = .nothing, mode: FilePermissions = Self.usualMode, staging: Staging = .unnamed,
    isPublic: Bool = false
  ) {
    self.path = path
    self.size = size
    self.preallocation = preallocation
    self.image = image
    self.contents = contents
    self.replacement = replacement
    self.mode = image.map { mode.intersection($0.source.modeOfCopies) } ?? mode
    self.staging = staging
    self.isPublic = isPublic
  }

  /// As QEMU: readable for all, if the umask allows.
  package static var usualMode: FilePermissions { [.ownerReadWrite, .groupRead, .otherRead] }

  /// Throws what would keep the file from getting its name as things are; changes nothing.
  package func examine() throws(BackendError) {
    let destination = try BackendDestination(path, replacement)
    let answer = clinux_may_create(destination.folder.rawValue)
    guard answer >= 0 else { throw BackendError(path, .cannotCreate(Errno(rawValue: -answer))) }
  }

  /// Makes the file, all but its name; `progress` is told how many bytes are filled.
  ///
  /// Whatever fails, and whatever ends the program, nothing is left of it.
  package func prepare(progress: (UInt64) -> Void = { _ in }) throws(BackendError) -> StagedBackend {
    let destination = try BackendDestination(path, replacement, removesLeftovers: true)
    let staged = try StagedBackend(for: destination, mode: mode, staging: staging)
    try staged.takeOverAttributes()
    if isPublic { try staged.allowReading() }
    try staged.fill(size: size, preallocation: preallocation, progress: progress)
    if let (source, offset) = image { try staged.copy(source, to: offset, progress: progress) }
    for (offset, bytes) in contents {
      // In a new file zeros need no space; what is written twice is another matter.
      if contents.count == 1, image == nil {
        try staged.writeData(of: bytes, at: offset)
      } else {
        try staged.write(bytes, at: offset)
      }
    }
    try staged.synchronize()
    return staged
  }
}
