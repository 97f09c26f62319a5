import Basics
import CLinux
import Glibc
package import LabelChange
import QEMU
import SystemPackage

/// The file system's space that a change of a file needs. It is reserved before anything is changed, so that a change
/// cannot get stuck on a full disk.
struct SpaceReservation {
  /// The ranges to be written, except those of zeros, which fill no holes.
  private let ranges: [Range<UInt64>]
  /// The number of existing bytes that are rewritten to new blocks.
  private let elsewhere: UInt64
  /// The greatest length of the file during the change.
  let end: UInt64

  /// Computes the space for `steps` on `backend`, a regular file.
  init(for steps: [StorageStep], on backend: borrowing Backend) {
    var (ranges, written, end): ([Range<UInt64>], UInt64, UInt64) = ([], 0, backend.size)
    let copies = backend.copiesOnWrite
    for step in steps {
      switch step {
      case .write, .copy:
        guard let range = step.writtenRange else { continue }
        end = max(end, range.upperBound)
        ranges += step.dataRanges
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

  /// Returns the number of bytes that the file system must have free, as estimated before they are reserved.
  func missing(in backend: borrowing Backend) -> UInt64 {
    ranges.reduce(elsewhere) { sum, range in
      let present = backend.dataRanges(in: range.clamped(to: 0..<backend.size)).reduce(0) { $0 + UInt64($1.count) }
      return sum + UInt64(range.count) - min(present, UInt64(range.count))
    }
  }

  /// Reserves the space. Throws if there is not enough, and then reserves nothing.
  func take(for backend: borrowing Backend) throws(BackendError) {
    do throws(Errno) {
      for range in ranges { try backend.descriptor.takeSpace(for: range) }
      // No data lies there; the space is given back at the end of the change, or when this attempt fails.
      if elsewhere > 0, let start = end.alignedUp(to: Self.unit) {
        try backend.descriptor.takeSpace(for: start + Self.unit..<start + Self.unit + elsewhere)
      }
    } catch {
      giveBack(of: backend)
      throw BackendError(backend.path, .noSpace(missing(in: backend), error))
    }
  }

  /// Gives back the space beyond the end of the file that was reserved for rewritten blocks.
  func giveBack(of backend: borrowing Backend) {
    guard elsewhere > 0, let length = try? backend.descriptor.stat().size else { return }
    try? backend.descriptor.resize(to: length)
  }

  /// Gives the space back for the next write: such a file system frees it once everything is on the disk.
  func giveBackAtOnce(of backend: borrowing Backend) {
    giveBack(of: backend)
    _ = clinux_sync_file_system(backend.descriptor.rawValue)
  }

  private static let unit: UInt64 = 1 << 20
}

extension Backend {
  /// Whether rewriting existing bytes takes new blocks.
  fileprivate var copiesOnWrite: Bool {
    var file = clinux_file_system()
    // Safe: the structure lives for the call.
    guard unsafe clinux_file_system(descriptor.rawValue, &file) >= 0 else { return false }
    return ["btrfs", "bcachefs"].contains(FileSystemName.name(ofMagic: file.kind))
      || clinux_shares_extents(descriptor.rawValue) == 1
  }

  /// Throws if the file system cannot hold what `steps` need, as estimated beforehand.
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
  /// With this much more than needed, the space can surely be had, whatever the file system reserves for itself.
  fileprivate static var surelyFree: UInt64 { 64 << 20 }

  /// Tries whether a file without a name beside the backend can get `size` bytes; true if that cannot be tried.
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
  /// Reserves space for `range`, which may lie beyond the end, and unshares extents that the file shares with others.
  fileprivate func takeSpace(for range: Range<UInt64>) throws(Errno) {
    let answer = clinux_reserve(rawValue, Int64(clamping: range.lowerBound), Int64(range.count))
    // If space cannot be reserved, the write itself will report a lack of it.
    guard answer >= 0 || answer == -EOPNOTSUPP else { throw Errno(rawValue: -answer) }
  }
}

extension StorageStep {
  /// The ranges of whole pages in which the step writes anything but zeros.
  fileprivate var dataRanges: [Range<UInt64>] {
    switch self {
    case .write(let offset, let bytes):
      var ranges: [Range<UInt64>] = []
      bytes.forEachPiece { range, piece in
        guard piece != nil else { return }
        let start = offset + UInt64(range.lowerBound)
        if let last = ranges.last, last.upperBound == start {
          ranges[ranges.count - 1] = last.lowerBound..<offset + UInt64(range.upperBound)
        } else {
          ranges.append(start..<offset + UInt64(range.upperBound))
        }
      }
      return ranges
    case .copy: return writtenRange.map { [$0] } ?? []
    case .flush, .resize: return []
    }
  }
}
