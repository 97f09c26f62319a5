import BackendStorage
import GuestConfiguration
import SystemPackage
import VNVDIMMCore

extension MemoryBackend {
  /// A, in bytes. QEMU aligns anonymous memory for huge pages, files to a page.
  var effectiveAlignment: UInt64 {
    switch storage {
    case .ram: 2 << 20
    case .file: alignment ?? 0x1000
    }
  }

  /// Looks at the file, if there is one; true where it is still to be made.
  func examine() throws(MachineAssembly.Failure) -> Bool {
    guard case .file(let name) = storage, let size else { return false }
    let path = FilePath(name)
    let found: (size: UInt64, kind: BackendKind)
    do throws(BackendError) {
      let backend = try Backend(path: path, access: isReadOnly ? .readOnly : .readWrite)
      found = (backend.size, backend.kind)
    } catch {
      guard error.reason == .missing, !isReadOnly else { throw .backend(error) }
      do { try BackendCreation(path: path, size: size).examine() } catch { throw .backend(error) }
      return true
    }
    guard found.kind == .regularFile else {
      guard found.size >= size else {
        throw .assembly(AssemblyError(name, .deviceTooSmall(stored: found.size, expected: size)))
      }
      return false
    }
    guard found.size == size else {
      throw .assembly(AssemblyError(name, .sizeMismatch(stored: found.size, expected: size)))
    }
    return false
  }

  /// How `device` divides the backend.
  func geometry(of device: NVDIMMDevice) throws(AssemblyError) -> BackendGeometry {
    let alignment = effectiveAlignment
    let size = size ?? 0
    let labelSize = device.labelSize ?? 0
    let subject = "-object \(properties)"
    guard alignment.isMultiple(of: 0x1000) else { throw AssemblyError(subject, .alignmentNotPageMultiple(alignment)) }
    guard alignment.isPowerOfTwo else { throw AssemblyError(subject, .alignmentNotPowerOfTwo(alignment)) }
    do { return try BackendGeometry(mappedSize: size, labelSize: labelSize, alignment: alignment) } catch {
      if case .noRoomForRegion = error {
        throw AssemblyError(
          device, .noRoomForRegion(memdev: id, size: size, labelSize: labelSize, alignment: alignment))
      }
      throw AssemblyError(device, .geometry(error))
    }
  }
}
