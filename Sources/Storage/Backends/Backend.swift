import Basics
import CLinux
import Glibc
package import LabelChange
import PersistentMemory
package import QEMU
package import SystemPackage

/// An open backend: the file or device that holds the bytes of a vNVDIMM. Owns its descriptor.
///
/// Opening never blocks, and never creates or changes anything. Throws if the file cannot be a backend.
package struct Backend: ~Copyable, Sendable {
  package enum Access: Sendable {
    case readOnly
    case readWrite
  }

  package let path: FilePath
  package let kind: BackendKind
  /// F: the size in bytes of the file or device when it was opened or locked. An empty file is a backend of 0 bytes.
  package let size: UInt64
  /// The unit, in bytes, of the offset and length of a mapping: the page size, or more on a DAX device and on
  /// hugetlbfs.
  package let alignment: UInt64
  /// The identity of the file or device: equal for two paths that lead to the same one.
  package let identity: BackendIdentity
  /// The descriptor for `mmap` and `ioctl`; it is closed with the backend.
  package var descriptor: FileDescriptor { file.descriptor }

  private let file: OwnedDescriptor

  /// Opens the backend at `path`, following symbolic links.
  package init(path: FilePath, access: Access = .readOnly) throws(BackendError) {
    // Check first: merely opening a device, such as a tape, may have an effect.
    _ = try BackendKind(of: try Self.status(at: path), path: path)
    let file: OwnedDescriptor
    do throws(Errno) { file = try Self.open(path, access) } catch { throw BackendError(path, .cannotOpen(error)) }
    // Check again: another file may have taken the name meanwhile.
    try self.init(path: path, file: file)
  }

  /// Measures the open `file`.
  private init(path: FilePath, file: consuming OwnedDescriptor) throws(BackendError) {
    let status: Stat
    do { status = try file.descriptor.stat() } catch { throw BackendError(path, .cannotOpen(error)) }
    let kind = try BackendKind(of: status, path: path)
    let device = try BackendKind.device(of: status, path: path)
    if let device {
      size = device.size
      alignment = device.alignment
    } else {
      size = try kind.size(of: file.descriptor, status: status, path: path)
      alignment = UInt64(max(Int64(getpagesize()), clinux_huge_page_size(file.descriptor.rawValue)))
    }
    identity = BackendIdentity(of: status, kind: kind)
    self.kind = kind
    self.path = path
    self.file = file
    DebugLog.note("\(path): opened, a \(kind.rawValue) of \(ByteCount(size))")
  }

  /// Returns the same backend with its current size.
  consuming func measured() throws(BackendError) -> Backend { try Backend(path: path, file: file) }

  /// Opens `path`. Waits for a short lease of another process (fcntl(2)): `HostProcesses` takes such leases.
  private static func open(_ path: FilePath, _ access: Access) throws(Errno) -> OwnedDescriptor {
    var patience = 50
    while true {
      do {
        return OwnedDescriptor(
          owning: try FileDescriptor.open(
            path, access == .readOnly ? .readOnly : .readWrite, options: [.closeOnExec, .nonBlocking]))
      } catch Errno.wouldBlock where patience > 0 {
        patience -= 1
        usleep(1000)
      } catch { throw Errno(error) }
    }
  }

  private static func status(at path: FilePath) throws(BackendError) -> Stat {
    do { return try path.stat() } catch {
      guard error == .noSuchFileOrDirectory, let link = try? path.stat(followTargetSymlink: false),
        link.type == .symbolicLink
      else {
        throw BackendError(path, error == .noSuchFileOrDirectory ? .missing : .cannotOpen(error))
      }
      throw BackendError(path, .danglingLink)
    }
  }
}

extension Backend {
  /// Allocates space for every byte of a regular file; does nothing for a device.
  package func allocate() throws(BackendError) {
    guard kind == .regularFile, let length = Int64(exactly: size) else { return }
    let answer = clinux_allocate(descriptor.rawValue, length)
    guard answer >= 0 else { throw BackendError(path, .cannotReserve(size, Errno(rawValue: -answer))) }
  }
}

extension Backend {
  /// Returns the `count` bytes at `offset`. Throws if it cannot read all of them.
  ///
  /// The caller bounds `count`: that many bytes are allocated once the range is known to lie within the backend.
  package func read(at offset: UInt64, count: Int) throws(BackendError) -> [UInt8] {
    let wanted = UInt64(clamping: count)
    guard count >= 0, offset <= size, wanted <= size - offset, let end = Int64(exactly: offset + wanted) else {
      throw BackendError(path, .beyondEnd(offset: offset, count: wanted, size: size))
    }
    let bytes: [UInt8]
    do throws(Errno) {
      if kind == .daxDevice {
        bytes = try descriptor.mappedBytes(at: offset, count: count, alignment: alignment)
      } else {
        bytes = try descriptor.bytes(at: end - Int64(count), count: count)
      }
    } catch {
      throw BackendError(path, .cannotRead(offset: offset, error))
    }
    guard bytes.count == count else {
      throw BackendError(path, .endedEarly(offset: offset, read: UInt64(bytes.count), expected: wanted))
    }
    return bytes
  }
}

extension Backend {
  /// Returns the change of the label area that a crash interrupted; `nil` if there is none.
  package func unfinishedChange() throws(BackendError) -> UnfinishedChange? {
    // A non-copyable value cannot be captured by an escaping closure; this does not escape.
    try UnfinishedChange.find(
      length: size, canGrow: kind == .regularFile,
      read: { (offset, count) throws(BackendError) in try read(at: offset, count: count) })
  }

  /// Throws if a change of the label area is unfinished: then nothing else in the backend can be trusted, and nothing
  /// else may be done to it.
  package func checkSettled() throws(BackendError) {
    if try unfinishedChange() != nil { throw BackendError(path, .unfinishedChange) }
  }

  /// Returns whether all bytes of `range` are zero; does not read holes.
  package func isBlank(_ range: Range<UInt64>) throws(BackendError) -> Bool {
    for data in dataRanges(in: range) {
      for start in stride(from: data.lowerBound, to: data.upperBound, by: Self.chunk) {
        let bytes = try read(at: start, count: min(Self.chunk, Int(data.upperBound - start)))
        guard bytes.allSatisfy({ $0 == 0 }) else { return false }
      }
    }
    return true
  }

  static let chunk = 1 << 20

  /// The first byte below `end`, which is inside of both, in which two backends differ; nil where there is none.
  ///
  /// What is a hole in both is not read. `progress` is told how far it has come.
  package static func firstDifference(
    between one: borrowing Backend, and other: borrowing Backend, below end: UInt64, progress: (UInt64) -> Void
  ) throws(BackendError) -> UInt64? {
    var position: UInt64 = 0
    while position < end {
      let parts = [one.nextData(in: position..<end), other.nextData(in: position..<end)].compactMap(\.self)
      guard let part = parts.min(by: { $0.lowerBound < $1.lowerBound }) else { return nil }
      for start in stride(from: part.lowerBound, to: part.upperBound, by: chunk) {
        let count = Int(min(UInt64(chunk), part.upperBound - start))
        let (bytes, others) = (try one.read(at: start, count: count), try other.read(at: start, count: count))
        if bytes != others { return bytes.indices.first { bytes[$0] != others[$0] }.map { start + UInt64($0) } }
        progress(start + UInt64(count))
      }
      position = part.upperBound
    }
    return nil
  }
}

extension Backend {
  /// Returns the fingerprint of the backend together with the values that a start uses: S, L (0 without labels),
  /// `align=` (0 for QEMU's default), the slot if it is known, and the release.
  ///
  /// The labels are read where such a start looks for them. The fingerprint has none if that place lies beyond the end.
  package func fingerprint(
    size mappedSize: UInt64, labelSize: UInt64, align: UInt64, slot: Int?, rules: SizingRules
  ) throws(BackendError) -> LayoutFingerprint {
    let request = BackendRequest(
      id: "mem1", path: path.string, size: mappedSize, labelSize: labelSize == 0 ? nil : labelSize, alignment: align)
    var area: LabelArea?
    if labelSize > 0, labelSize <= UInt64(LabelGeometry.largestArea), labelSize < mappedSize, mappedSize <= size {
      let bytes = try bytes(at: mappedSize - labelSize, count: Int(labelSize))
      area = try? LabelArea(bytes)
    }
    return LayoutFingerprint(
      length: size, size: mappedSize, labelSize: labelSize, align: align, slot: slot ?? area?.virtualSlot,
      rules: rules, region: (try? rules.geometry(of: request).regionSize) ?? 0,
      labels: area.map(LabelsFingerprint.init), file: inode)
  }

  var inode: LayoutFingerprint.File? {
    guard kind == .regularFile, let status = try? descriptor.stat() else { return nil }
    return LayoutFingerprint.File(
      inode: UInt64(status.inode.rawValue), modified: Int64(status.st_mtim.tv_sec))
  }
}
