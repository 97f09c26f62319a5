import Basics
import CLinux
import Glibc
package import SystemPackage

/// A complete backend without its name. It vanishes unless it takes its name.
package struct StagedBackend: ~Copyable {
  private let destination: BackendDestination
  private let file: OwnedDescriptor
  /// A name in the same folder that must be removed: first the temporary name of the file, and after it has taken its
  /// own name, the one that keeps the replaced file.
  private var hiddenName: String?
  /// As long as there is a hidden name, a signal must not end the program.
  private var hold: TerminationHold?

  var descriptor: FileDescriptor { file.descriptor }

  /// Makes an empty file in the folder of `destination`.
  init(
    for destination: consuming BackendDestination, mode: FilePermissions, staging: BackendCreation.Staging
  ) throws(BackendError) {
    // At a file size limit (SIGXFSZ) the program is to report an error, not to die.
    clinux_report_file_size_limit()
    let folder = destination.folder.rawValue
    let unnamed = staging == .unnamed ? clinux_create_unnamed(folder, mode.rawValue) : -1
    let hold = unnamed < 0 ? TerminationHold() : nil
    let hidden = unnamed < 0 ? HiddenName.new() : nil
    var opened = unnamed
    if let hidden {
      // Safe: the text lives for the call.
      opened = unsafe clinux_create_named(folder, hidden, mode.rawValue)
      guard opened >= 0 else { throw BackendError(destination.path, .cannotCreate(Errno(rawValue: -opened))) }
    }
    // The lock shows anyone who finds the hidden name that the file is not a leftover.
    _ = clinux_lock(opened, true)
    file = OwnedDescriptor(owning: opened)
    hiddenName = hidden
    self.hold = hold
    self.destination = destination
  }

  deinit {
    // Safe: the text lives for the call.
    if let hiddenName { _ = unsafe clinux_unlink(destination.folder.rawValue, hiddenName) }
  }

  /// The names of the files that killed runs had left in the folder; they have been removed.
  package var leftovers: [String] { destination.leftovers }

  /// The folder in which the file is made.
  package var folder: FilePath { destination.path.removingLastComponent() }

  func failure(_ reason: BackendError.Reason) -> BackendError { BackendError(destination.path, reason) }

  /// Gives the file all attributes of the one that it replaces.
  func takeOverAttributes() throws(BackendError) {
    if let (what, errno) = destination.handOver(to: descriptor) { throw failure(.cannotKeep(what, errno)) }
  }

  /// Makes a new file readable by everybody.
  func allowReading() throws(BackendError) {
    guard destination.replaced == nil else { return }
    guard fchmod(descriptor.rawValue, 0o644) == 0 else { throw failure(.cannotCreate(Errno(rawValue: errno))) }
  }

  /// Gives the file its length and, if requested, its space.
  func fill(
    size: UInt64, preallocation: BackendCreation.Preallocation, progress: (UInt64) -> Void
  ) throws(BackendError) {
    guard let length = Int64(exactly: size) else { throw failure(.cannotReserve(size, .fileTooLarge)) }
    if preallocation != .off {
      // Also before zeros are written: a full disk is noticed at once, and the space is contiguous.
      let answer = clinux_allocate(descriptor.rawValue, length)
      let unsupported = answer == -Errno.notSupportedOnSocket.rawValue
      guard answer >= 0 || unsupported && preallocation == .full else {
        throw failure(.cannotReserve(size, Errno(rawValue: -answer)))
      }
    }
    do { try descriptor.resize(to: length) } catch { throw failure(.cannotReserve(size, Errno(error))) }
    if preallocation == .full { try writeZeros(upTo: size, progress: progress) }
  }

  private func writeZeros(upTo size: UInt64, progress: (UInt64) -> Void) throws(BackendError) {
    let zeros = [UInt8](repeating: 0, count: 8 << 20)
    var offset: UInt64 = 0
    while offset < size {
      if TerminationHold.isEndRequested { throw failure(.interrupted) }
      let count = Int(min(UInt64(zeros.count), size - offset))
      try write(count == zeros.count ? zeros : [UInt8](zeros[..<count]), at: offset)
      offset += UInt64(count)
      progress(offset)
    }
  }

  func write(_ bytes: [UInt8], at offset: UInt64) throws(BackendError) {
    do { try descriptor.writeAll(toAbsoluteOffset: Int64(clamping: offset), bytes) } catch {
      throw failure(.cannotWrite(offset: offset, Errno(error)))
    }
  }

  /// Writes `bytes`. With `skippingZeros`, blocks of zeros are left out: the file must have zeros there already.
  func write(_ bytes: SparseBytes, at offset: UInt64, skippingZeros: Bool) throws(BackendError) {
    try bytes.forEachPiece { (range, piece) throws(BackendError) in
      let unit = skippingZeros ? Self.block : SparseBytes.pageSize
      guard !skippingZeros || piece != nil else { return }
      for start in stride(from: 0, to: range.count, by: unit) {
        let part = start..<min(start + unit, range.count)
        let bytes = piece.map { [UInt8]($0[part]) } ?? [UInt8](repeating: 0, count: part.count)
        if skippingZeros, bytes.isZero { continue }
        try write(bytes, at: offset + UInt64(range.lowerBound + start))
      }
    }
  }

  /// The block size of most file systems, in bytes.
  private static var block: Int { 4096 }

  /// Waits until the contents are on the disk: the name must not get there before them.
  func synchronize() throws(BackendError) {
    guard fsync(descriptor.rawValue) == 0 else { throw failure(.cannotFinish(Errno(rawValue: errno))) }
  }

  /// Gives the file its name for good.
  package consuming func publish() throws(BackendError) { try takeName() }

  /// Gives the file its name atomically, and waits until the name is on the disk. As long as this value exists, the
  /// name can be returned, and termination signals wait.
  package mutating func takeName() throws(BackendError) {
    if hold == nil { hold = TerminationHold() }
    if destination.isReplacement { try replace() } else { try takeFreeName() }
    let synchronized = clinux_sync_folder(destination.folder.rawValue)
    guard synchronized < 0 else { return }
    returnName()
    throw failure(.cannotFinish(Errno(rawValue: -synchronized)))
  }

  /// Restores the folder as it was before `takeName`. (If names can be neither exchanged nor linked, a replaced file is
  /// gone.)
  package mutating func returnName() {
    // Safe: the texts live for the calls.
    if let kept = hiddenName {
      _ = unsafe clinux_rename(destination.folder.rawValue, kept, destination.name)
    } else if !destination.isReplacement {
      _ = unsafe clinux_unlink(destination.folder.rawValue, destination.name)
    }
    hiddenName = nil
  }

  private mutating func takeFreeName() throws(BackendError) {
    // Safe: the texts live for the call.
    let answer =
      if let hiddenName {
        unsafe clinux_rename_to_free_name(destination.folder.rawValue, hiddenName, destination.name)
      } else {
        unsafe clinux_name(descriptor.rawValue, destination.folder.rawValue, destination.name)
      }
    guard answer < 0 else { return hiddenName = nil }
    let errno = Errno(rawValue: -answer)
    throw failure(errno == .fileExists ? .exists : .cannotFinish(errno))
  }

  private mutating func replace() throws(BackendError) {
    let folder = destination.folder.rawValue
    // Safe: the texts live for the calls.
    let hidden = hiddenName ?? HiddenName.new()
    if hiddenName == nil {
      let answer = unsafe clinux_name(descriptor.rawValue, folder, hidden)
      guard answer >= 0 else { throw failure(.cannotFinish(Errno(rawValue: -answer))) }
      hiddenName = hidden
    }
    let exchanged = unsafe clinux_exchange(folder, hidden, destination.name)
    if exchanged >= 0 {
      // Another file may have taken the name meanwhile; it is not ours to replace.
      guard !destination.isReplaced(calledNow: hidden) else { return }
      _ = unsafe clinux_exchange(folder, hidden, destination.name)
      throw failure(.inUse("a program that has just replaced it"))
    }
    guard [.invalidArgument, .noFunction].contains(Errno(rawValue: -exchanged)) else {
      throw failure(.cannotFinish(Errno(rawValue: -exchanged)))
    }
    try replaceByLink(hidden)
  }

  /// Replaces the file on file systems where names cannot be exchanged (NFS, 9p).
  private mutating func replaceByLink(_ hidden: String) throws(BackendError) {
    let folder = destination.folder.rawValue
    let kept = HiddenName.new()
    // Safe: the texts live for the calls.
    let linked = unsafe clinux_link(folder, destination.name, kept)
    let answer = unsafe clinux_rename(folder, hidden, destination.name)
    guard answer >= 0 else {
      if linked >= 0 { _ = unsafe clinux_unlink(folder, kept) }
      throw failure(.cannotFinish(Errno(rawValue: -answer)))
    }
    hiddenName = linked < 0 ? nil : kept
  }
}
