package import Basics
import CLinux
package import SystemPackage

/// A regular file that is to become a backend: it is completed before it gets its name, or is not created at all.
package struct BackendCreation: Sendable {
  /// When the file's space is allocated.
  package enum Preallocation: String, CaseIterable, Sendable {
    /// A sparse file: space is taken when the guest writes.
    case off
    /// Space is reserved but not written.
    case falloc
    /// Zeros are written to every byte.
    case full
  }

  /// Where the file is kept until it gets its name.
  package enum Staging: Sendable {
    /// Without a name, if the file system supports that: even a killed program leaves nothing behind.
    case unnamed
    /// Under a hidden name in the same folder.
    case hidden
  }

  package let path: FilePath
  /// F, the size of the file in bytes.
  package let size: UInt64
  package let preallocation: Preallocation
  /// The image to copy, and the offset to copy it to.
  package let image: (source: SourceImage, offset: UInt64)?
  /// The bytes to write, in order, with their offsets.
  package let contents: [(offset: UInt64, bytes: SparseBytes)]
  /// Which existing file may be replaced. Its owner, mode, access control list and attributes are kept.
  package let replacement: FileReplacement
  /// The mode of the file, before the umask, if it replaces none.
  package let mode: FilePermissions
  package let staging: Staging
  /// Whether a new file is readable by everybody, whatever the umask says.
  package let isPublic: Bool

  package init(
    path: FilePath, size: UInt64, preallocation: Preallocation = .off,
    image: (source: SourceImage, offset: UInt64)? = nil,
    contents: [(offset: UInt64, bytes: SparseBytes)] = [],
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

  /// The mode that QEMU uses: readable by everybody if the umask allows.
  package static var usualMode: FilePermissions { [.ownerReadWrite, .groupRead, .otherRead] }

  /// Throws any error that would currently keep the file from getting its name. Changes nothing.
  package func examine() throws(BackendError) {
    let destination = try BackendDestination(path, replacement)
    let answer = clinux_may_create(destination.folder.rawValue)
    guard answer >= 0 else { throw BackendError(path, .cannotCreate(Errno(rawValue: -answer))) }
  }

  /// Makes the file in full, but without its name; reports the number of bytes filled to `progress`.
  ///
  /// If it fails, or the program ends, nothing of the file is left behind.
  package func prepare(progress: (UInt64) -> Void = { _ in }) throws(BackendError) -> StagedBackend {
    let destination = try BackendDestination(path, replacement, removesLeftovers: true)
    let staged = try StagedBackend(for: destination, mode: mode, staging: staging)
    try staged.takeOverAttributes()
    if isPublic { try staged.allowReading() }
    try staged.fill(size: size, preallocation: preallocation, progress: progress)
    if let (source, offset) = image { try staged.copy(source, to: offset, progress: progress) }
    for (offset, bytes) in contents { try staged.write(bytes, at: offset, skippingZeros: isWrittenOnce) }
    try FailedRead.check()
    try staged.synchronize()
    return staged
  }

  /// Whether no byte is written twice. Zeros need not be written to a new file then.
  private var isWrittenOnce: Bool {
    let ranges = contents.map { $0.offset..<$0.offset + UInt64($0.bytes.count) }
      .sorted { $0.lowerBound < $1.lowerBound }
    return image == nil && zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
  }
}
