import Basics
import CLinux
import Glibc
package import LabelChange
import QEMU
import SystemPackage

/// The space of the file system that a change of a file needs: taken before anything is changed, so that a change which
/// has begun is not stuck at a full disk.
struct SpaceReservation {
  /// What is written, but for zeros: these go to no hole.
  private let ranges: [Range<UInt64>]
  /// Bytes that are there already and are written to other blocks than theirs.
  private let elsewhere: UInt64
  /// The greatest length that the file has meanwhile.
  let end: UInt64

  /// That of `steps` on `backend`, a regular file.
  init(for steps: [StorageStep], on backend: borrowing Backend) {
    var (ranges, written, end): ([Range<UInt64>], UInt64, UInt64) = ([], 0, backend.size)
    let copies = backend.copiesOnWrite
    for step in steps {
      switch step {
      case .write(let offset, let bytes):
        guard let range = step.writtenRange else { continue }
        end = max(end, offset + UInt64(bytes.count))
        if bytes.contains(where: { $0 != 0 }) { ranges.append(range) }
        if copies {
          written += backend.dataRanges(in: range.clamped(to: 0..<backend.size)).reduce(0) { $0 + UInt64($1.count) }
        }
      case .resize(let length): end = max(end, length)
      case .flush: break
      }
    }
    self.ranges = ranges
    elsewhere = written
    self.end = end
  }

  /// Bytes that the file system must have for it, as far as that can be told before they are taken.
  func missing(in backend: borrowing Backend) -> UInt64 {
    ranges.reduce(elsewhere) { sum, range in
      let present = backend.dataRanges(in: range.clamped(to: 0..<backend.size)).reduce(0) { $0 + UInt64($1.count) }
      return sum + UInt64(range.count) - min(present, UInt64(range.count))
    }
  }

  /// Takes the space; throws where there is not so much, and then takes nothing.
  func take(for backend: borrowing Backend) throws(BackendError) {
    do throws(Errno) {
      for range in ranges { try backend.descriptor.takeSpace(for: range) }
      // Nothing lies there, and the end of the change, or of this program's try, gives it back.
      if elsewhere > 0, let start = end.alignedUp(to: Self.unit) {
        try backend.descriptor.takeSpace(for: start + Self.unit..<start + Self.unit + elsewhere)
      }
    } catch {
      giveBack(of: backend)
      throw BackendError(backend.path, .noSpace(missing(in: backend), error))
    }
  }

  /// Gives back what was taken behind the end of the file, for what is written elsewhere.
  func giveBack(of backend: borrowing Backend) {
    guard elsewhere > 0, let length = try? backend.descriptor.stat().size else { return }
    try? backend.descriptor.resize(to: length)
  }

  /// The same for the next write: on such a file system it is free once all is on the disk.
  func giveBackAtOnce(of backend: borrowing Backend) {
    giveBack(of: backend)
    _ = clinux_sync_file_system(backend.descriptor.rawValue)
  }

  private static let unit: UInt64 = 1 << 20
}

extension Backend {
  /// Whether what is written over bytes that are there goes to other blocks.
  fileprivate var copiesOnWrite: Bool {
    var file = clinux_file_system()
    // Safe: the structure lives for the call.
    guard unsafe clinux_file_system(descriptor.rawValue, &file) >= 0 else { return false }
    return ["btrfs", "bcachefs"].contains(FileSystemName.name(ofMagic: file.kind))
      || clinux_shares_extents(descriptor.rawValue) == 1
  }

  /// Throws where the file system cannot hold what `steps` need, as far as that can be told before.
  package func checkRoom(for steps: [StorageStep]) throws(BackendError) {
    guard kind == .regularFile else { return }
    let reservation = SpaceReservation(for: steps, on: self)
    var file = clinux_file_system()
    // Safe: the structure lives for the call.
    guard unsafe clinux_file_system(descriptor.rawValue, &file) >= 0 else { return }
    if let longest = HostFileSystem(of: descriptor).longestFile, reservation.end > longest {
      throw BackendError(path, .cannotReserve(reservation.end, .fileTooLarge))
    }
    let missing = reservation.missing(in: self)
    guard missing <= file.available, file.available - missing > Self.surelyFree || canTake(missing) else {
      throw BackendError(path, .noSpace(missing, .noSpace))
    }
  }
}

extension Backend {
  /// Of so much more than is needed some can be had, whatever the file system keeps for itself.
  fileprivate static var surelyFree: UInt64 { 64 << 20 }

  /// Whether a file without a name can have `size` bytes beside the backend, as far as that can be tried.
  fileprivate func canTake(_ size: UInt64) -> Bool {
    // Safe: the text lives for the call.
    let opened = unsafe path.folderOrDot.withPlatformString { unsafe clinux_open_folder($0) }
    guard opened >= 0 else { return true }
    let folder = OwnedDescriptor(owning: opened)
    let made = clinux_create_unnamed(folder.rawValue, 0o600)
    withExtendedLifetime(folder) {}
    guard made >= 0 else { return true }
    let file = OwnedDescriptor(owning: made)
    let answer = clinux_reserve(file.rawValue, 0, Int64(clamping: max(size, 1)))
    withExtendedLifetime(file) {}
    return ![Errno.noSpace.rawValue, Errno.diskQuotaExceeded.rawValue].contains(-answer)
  }
}

extension FileDescriptor {
  /// Takes space for `range`, which may lie behind the end, and makes what is shared with other files the file's own.
  fileprivate func takeSpace(for range: Range<UInt64>) throws(Errno) {
    let answer = clinux_reserve(rawValue, Int64(clamping: range.lowerBound), Int64(range.count))
    // Where nothing can be taken beforehand, writing tells.
    guard answer >= 0 || answer == -EOPNOTSUPP else { throw Errno(rawValue: -answer) }
  }
}
