import Basics
import CLinux
import Glibc
package import LabelChange
import PersistentMemory
package import QEMU
package import SystemPackage

/// An open backend: the file or device whose bytes are a vNVDIMM. Owns its descriptor.
///
/// Opening never blocks and never creates or changes anything; what cannot be a backend is refused.
package struct Backend: ~Copyable, Sendable {
  package enum Access: Sendable {
    case readOnly
    case readWrite
  }

  package let path: FilePath
  package let kind: BackendKind
  /// F: bytes in the file or device, when it was opened, or locked. An empty file is a backend of 0 bytes.
  package let size: UInt64
  /// What the offset and length of a mapping are multiples of, in bytes: the page size, or more on a DAX device and on
  /// hugetlbfs.
  package let alignment: UInt64
  /// The same for two paths that lead to one file or device.
  package let identity: BackendIdentity
  /// What `mmap` and `ioctl` take; it is closed with the backend.
  package var descriptor: FileDescriptor { file.descriptor }

  private let file: OwnedDescriptor

  /// Opens the backend at `path`, following symbolic links.
  package init(path: FilePath, access: Access = .readOnly) throws(BackendError) {
    // Looking first: to open a device or a tape may already do something.
    _ = try BackendKind(of: try Self.status(at: path), path: path)
    let file: OwnedDescriptor
    do throws(Errno) { file = try Self.open(path, access) } catch { throw BackendError(path, .cannotOpen(error)) }
    // Looking again: another file may have taken the name meanwhile.
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

  /// The same with the size that it has by now.
  consuming func measured() throws(BackendError) -> Backend { try Backend(path: path, file: file) }

  /// A lease that another process has on the file for a moment (fcntl(2)) is waited for: `HostProcesses` takes one.
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
  /// Takes space for every byte of a regular file; on a device there is nothing to take.
  package func allocate() throws(BackendError) {
    guard kind == .regularFile, let length = Int64(exactly: size) else { return }
    let answer = clinux_allocate(descriptor.rawValue, length)
    guard answer >= 0 else { throw BackendError(path, .cannotReserve(size, Errno(rawValue: -answer))) }
  }
}

extension Backend {
  /// The `count` bytes at `offset`, all of them or an error.
  ///
  /// The caller bounds `count`: as many bytes are allocated once the range is known to lie within the backend.
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
  /// The change of its label area that a crash interrupted; nil where there is none.
  package func unfinishedChange() throws(BackendError) -> UnfinishedChange? {
    // A non-copyable value cannot be captured by an escaping closure; this does not escape.
    try UnfinishedChange.find(
      length: size, canGrow: kind == .regularFile,
      read: { (offset, count) throws(BackendError) in try read(at: offset, count: count) })
  }

  /// Throws where a change of its label area is not at its end: nothing else can be trusted, and nothing else is to be
  /// done.
  package func checkSettled() throws(BackendError) {
    if try unfinishedChange() != nil { throw BackendError(path, .unfinishedChange) }
  }

  /// Whether all bytes of `range` are zero; holes are not read.
  package func isBlank(_ range: Range<UInt64>) throws(BackendError) -> Bool {
    for data in dataRanges(in: range) {
      for start in stride(from: data.lowerBound, to: data.upperBound, by: Self.chunk) {
        let bytes = try read(at: start, count: min(Self.chunk, Int(data.upperBound - start)))
        guard bytes.allSatisfy({ $0 == 0 }) else { return false }
      }
    }
    return true
  }

  private static let chunk = 1 << 20

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
  /// The backend as it is, with what a start uses: S, L (0 without labels), `align=` (0 for what QEMU takes), the
  /// slot where it is told, and the release.
  ///
  /// The labels are read where such a start looks for them; there are none where that lies beyond the end.
  package func fingerprint(
    size mappedSize: UInt64, labelSize: UInt64, align: UInt64, slot: Int?, rules: SizingRules
  ) throws(BackendError) -> LayoutFingerprint {
    let request = BackendRequest(
      id: "mem1", path: path.string, size: mappedSize, labelSize: labelSize == 0 ? nil : labelSize, alignment: align)
    var area: LabelArea?
    if labelSize > 0, labelSize <= UInt64(LabelGeometry.largestArea), labelSize < mappedSize, mappedSize <= size {
      area = try? LabelArea(try read(at: mappedSize - labelSize, count: Int(labelSize)))
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
