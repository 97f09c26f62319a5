import Basics
import Glibc
import PersistentMemory
import QEMU
import Storage
import SystemPackage

extension MemoryBackend {
  /// A, in bytes. QEMU aligns anonymous memory for huge pages, files to a page.
  var effectiveAlignment: UInt64 {
    switch storage {
    case .ram: 2 << 20
    case .file: alignment ?? Self.pageSize
    }
  }

  /// Looks at the file, if there is one: whether it is still to be made, and how writes to it become durable. `look`
  /// is given the file while it is open.
  func examine(
    _ look: (borrowing Backend) -> Void = { _ in }
  ) throws(MachineAssembly.Failure) -> (isNew: Bool, durability: Durability) {
    guard case .file(let name) = storage, let size else { return (false, .none) }
    let path = FilePath(name)
    do {
      let file = try opened(path)
      look(file)
      return (false, durability(on: file))
    } catch .backend(let error) where error.reason == .missing && !isReadOnly {
      do { try BackendCreation(path: path, size: size).examine() } catch { throw .backend(error) }
      return (true, isShared ? .pageCache : .none)
    }
  }

  /// Looks at the file from outside, where `error` says that it cannot be opened: throws that unless its permissions
  /// would let it be opened or made, and where it is there with another size.
  func examineUnopened(after error: BackendError) throws(MachineAssembly.Failure) {
    guard case .file(let name) = storage else { return }
    let path = FilePath(name)
    guard let status = try? path.stat() else {
      guard path.folderOrDot.permits(W_OK) else { throw .backend(error) }
      return
    }
    guard path.permits(isReadOnly || !isShared ? R_OK : R_OK | W_OK) else { throw .backend(error) }
    let stored = UInt64(clamping: status.size)
    guard status.type != .regular || stored == size else {
      throw .assembly(AssemblyError(name, .sizeMismatch(stored: stored, expected: size ?? 0)))
    }
  }

  /// How what a guest writes to `file` becomes durable.
  func durability(on file: borrowing Backend) -> Durability {
    guard isShared, !isReadOnly else { return .none }
    guard file.kind == .regularFile else { return file.kind == .daxDevice ? .direct : .pageCache }
    guard let unit = Int(exactly: file.alignment) else { return .pageCache }
    do throws(Errno) {
      // Only a DAX file system takes such a mapping.
      _ = try MemoryMapping(file: file.descriptor, size: unit, sharing: .synchronous, alignment: unit)
      return .direct
    } catch { return .pageCache }
  }

  /// Opens the file or the device at `path`, which has the size that the option says, or more if it is a device.
  func opened(_ path: FilePath) throws(MachineAssembly.Failure) -> Backend {
    let backend: Backend
    do { backend = try Backend(path: path, access: isReadOnly || !isShared ? .readOnly : .readWrite) } catch {
      throw .backend(error)
    }
    do throws(BackendError) { try Self.checkLabelsAreSettled(in: backend) } catch { throw .backend(error) }
    let expected = size ?? 0
    if backend.kind == .regularFile {
      guard backend.size == expected else {
        throw .assembly(AssemblyError(path.string, .sizeMismatch(stored: backend.size, expected: expected)))
      }
    } else {
      guard backend.size >= expected else {
        throw .assembly(AssemblyError(path.string, .deviceTooSmall(stored: backend.size, expected: expected)))
      }
    }
    let (kind, alignment) = (backend.kind, backend.alignment)
    // A file in pages of the usual size may have any size.
    let unit = kind == .regularFile && alignment == Self.pageSize ? 1 : alignment
    guard expected.isMultiple(of: unit), effectiveAlignment.isMultiple(of: unit) else {
      throw .assembly(AssemblyError("-object \(properties)", .notMappedInUnits(unit)))
    }
    return backend
  }

  /// Throws while another program changes the labels, and where such a change was interrupted.
  private static func checkLabelsAreSettled(in backend: borrowing Backend) throws(BackendError) {
    try backend.lock(.shared)
    if try backend.unfinishedChange() != nil { throw BackendError(backend.path, .unfinishedChange) }
  }

  /// The checks of `align=` by itself.
  func checkAlignmentOfMapping() throws(AssemblyError) {
    let alignment = effectiveAlignment
    guard alignment.isMultiple(of: Self.pageSize) else {
      throw AssemblyError("-object \(properties)", .alignmentNotPageMultiple(alignment))
    }
    guard alignment.isPowerOfTwo else {
      throw AssemblyError("-object \(properties)", .alignmentNotPowerOfTwo(alignment))
    }
  }

  /// How `device` divides the backend.
  func geometry(of device: NVDIMMDevice) throws(AssemblyError) -> BackendGeometry {
    let alignment = effectiveAlignment
    let size = size ?? 0
    let labelSize = device.labelSize ?? 0
    try checkAlignmentOfMapping()
    do { return try BackendGeometry(mappedSize: size, labelSize: labelSize, alignment: alignment) } catch {
      if case .noRoomForRegion = error {
        throw AssemblyError(
          device, .noRoomForRegion(memdev: id, size: size, labelSize: labelSize, alignment: alignment))
      }
      throw AssemblyError(device, .geometry(error))
    }
  }
}

extension FilePath {
  /// Whether this process has the permissions `mode` by those of the file.
  fileprivate func permits(_ mode: Int32) -> Bool {
    // Safe: the text lives for the call.
    unsafe withPlatformString { unsafe access($0, mode) } == 0
  }
}
