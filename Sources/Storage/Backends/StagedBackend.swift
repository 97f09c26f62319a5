import CLinux
import Glibc
import SystemPackage

/// A backend that is made and has not got its name yet. It vanishes unless it takes its name.
package struct StagedBackend: ~Copyable {
  private let destination: BackendDestination
  private let file: OwnedDescriptor
  /// A name in the same folder that is to go: the one that the file goes by until it has its own; from then on, the one
  /// that keeps the file which it replaced.
  private var hiddenName: String?
  /// As long as there is a hidden name, a signal may not end the program before the name is gone.
  private var hold: TerminationHold?

  var descriptor: FileDescriptor { file.descriptor }

  /// Makes an empty file in the folder of `destination`.
  init(for destination: consuming BackendDestination, staging: BackendCreation.Staging) throws(BackendError) {
    // Beyond a limit of the file's size the program is to report, not to die.
    clinux_report_file_size_limit()
    // As QEMU: readable for all, if the umask allows.
    let mode: mode_t = 0o644
    let unnamed = staging == .unnamed ? clinux_create_unnamed(destination.folder, mode) : -1
    let hold = unnamed < 0 ? TerminationHold() : nil
    let hidden = unnamed < 0 ? Self.newHiddenName() : nil
    var opened = unnamed
    if let hidden {
      // Safe: the text lives for the call.
      opened = unsafe clinux_create_named(destination.folder, hidden, mode)
      guard opened >= 0 else { throw BackendError(destination.path, .cannotCreate(Errno(rawValue: -opened))) }
    }
    file = OwnedDescriptor(owning: opened)
    hiddenName = hidden
    self.hold = hold
    self.destination = destination
  }

  deinit {
    // Safe: the text lives for the call.
    if let hiddenName { _ = unsafe clinux_unlink(destination.folder, hiddenName) }
  }

  private static func newHiddenName() -> String {
    ".vnvdimm-" + String(UInt64.random(in: .min ... .max), radix: 36)
  }

  func failure(_ reason: BackendError.Reason) -> BackendError { BackendError(destination.path, reason) }

  /// Gives the file the mode and owner of the one that it replaces.
  func adoptModeAndOwner() throws(BackendError) {
    guard let replaced = destination.replaced else { return }
    guard fchown(descriptor.rawValue, replaced.userID.rawValue, replaced.groupID.rawValue) == 0,
      fchmod(descriptor.rawValue, replaced.mode.permissions.rawValue) == 0
    else { throw failure(.cannotKeepOwner(Errno(rawValue: errno))) }
  }

  /// Gives the file its length and, where asked for, its space.
  func fill(
    size: UInt64, preallocation: BackendCreation.Preallocation, progress: (UInt64) -> Void
  ) throws(BackendError) {
    guard let length = Int64(exactly: size) else { throw failure(.cannotReserve(size, .fileTooLarge)) }
    if preallocation != .off {
      // Before zeros are written too: a full disk is known at once, and the space is contiguous.
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

  /// Waits until the contents are on the disk: the name must not be there before them.
  func synchronize() throws(BackendError) {
    guard fsync(descriptor.rawValue) == 0 else { throw failure(.cannotFinish(Errno(rawValue: errno))) }
  }

  /// Gives the file its name for good.
  package consuming func publish() throws(BackendError) { try takeName() }

  /// Gives the file its name, at once and in full, and waits until the name is on the disk. Until this value goes,
  /// the name can be returned, and signals that end the program wait.
  package mutating func takeName() throws(BackendError) {
    if hold == nil { hold = TerminationHold() }
    if destination.replaced == nil { try takeFreeName() } else { try replace() }
    let synchronized = clinux_sync_folder(destination.folder)
    guard synchronized < 0 else { return }
    returnName()
    throw failure(.cannotFinish(Errno(rawValue: -synchronized)))
  }

  /// Makes the folder what it was before `takeName`. (Where hard links cannot be had, a file that was replaced is gone.)
  package mutating func returnName() {
    // Safe: the texts live for the calls.
    if let kept = hiddenName {
      _ = unsafe clinux_rename(destination.folder, kept, destination.name)
    } else if destination.replaced == nil {
      _ = unsafe clinux_unlink(destination.folder, destination.name)
    }
    hiddenName = nil
  }

  private mutating func takeFreeName() throws(BackendError) {
    // Safe: the texts live for the call.
    let answer =
      if let hiddenName {
        unsafe clinux_rename_to_free_name(destination.folder, hiddenName, destination.name)
      } else {
        unsafe clinux_name(descriptor.rawValue, destination.folder, destination.name)
      }
    guard answer < 0 else { return hiddenName = nil }
    let errno = Errno(rawValue: -answer)
    throw failure(errno == .fileExists ? .exists : .cannotFinish(errno))
  }

  private mutating func replace() throws(BackendError) {
    // Safe: the texts live for the calls.
    if hiddenName == nil {
      let hidden = Self.newHiddenName()
      let answer = unsafe clinux_name(descriptor.rawValue, destination.folder, hidden)
      guard answer >= 0 else { throw failure(.cannotFinish(Errno(rawValue: -answer))) }
      hiddenName = hidden
    }
    let kept = Self.newHiddenName()
    let linked = unsafe clinux_link(destination.folder, destination.name, kept)
    let answer = unsafe clinux_rename(destination.folder, hiddenName ?? "", destination.name)
    guard answer >= 0 else {
      if linked >= 0 { _ = unsafe clinux_unlink(destination.folder, kept) }
      throw failure(.cannotFinish(Errno(rawValue: -answer)))
    }
    hiddenName = linked < 0 ? nil : kept
  }
}
