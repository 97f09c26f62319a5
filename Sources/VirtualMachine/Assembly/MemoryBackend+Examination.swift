import BackendStorage
import GuestConfiguration
import SystemPackage
import VNVDIMMCore

extension MemoryBackend {
  /// A, in bytes. QEMU aligns anonymous memory for huge pages, files to a page.
  var effectiveAlignment: UInt64 {
    switch storage {
    case .ram: 2 << 20
    case .file: alignment ?? Self.pageSize
    }
  }

  /// Looks at the file, if there is one; true where it is still to be made.
  func examine() throws(MachineAssembly.Failure) -> Bool {
    guard case .file(let name) = storage, let size else { return false }
    let path = FilePath(name)
    do {
      _ = try opened(path)
      return false
    } catch .backend(let error) where error.reason == .missing && !isReadOnly {
      do { try BackendCreation(path: path, size: size).examine() } catch { throw .backend(error) }
      return true
    }
  }

  /// Opens the file or the device at `path`, which has the size that the option says, or more if it is a device.
  func opened(_ path: FilePath) throws(MachineAssembly.Failure) -> Backend {
    let backend: Backend
    do { backend = try Backend(path: path, access: isReadOnly ? .readOnly : .readWrite) } catch {
      throw .backend(error)
    }
    do throws(BackendError) { try Self.checkLabelsAreSettled(in: backend) } catch { throw .backend(error) }
    let expected = size ?? 0
    guard backend.kind == .regularFile else {
      guard backend.size >= expected else {
        throw .assembly(AssemblyError(path.string, .deviceTooSmall(stored: backend.size, expected: expected)))
      }
      guard expected.isMultiple(of: backend.alignment), effectiveAlignment.isMultiple(of: backend.alignment) else {
        throw .assembly(AssemblyError("-object \(properties)", .notMappedInUnits(backend.alignment)))
      }
      return backend
    }
    guard backend.size == expected else {
      throw .assembly(AssemblyError(path.string, .sizeMismatch(stored: backend.size, expected: expected)))
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
