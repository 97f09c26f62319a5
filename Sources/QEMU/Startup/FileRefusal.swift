/// The reason why QEMU does not start with a file other than a memory backend: the image of a disk, or what a machine
/// boots.
///
/// Sources: QEMU's `block/file-posix.c`, `hw/i386/x86-common.c`, `hw/arm/boot.c`, `hw/arm/virt.c`, `hw/ppc/spapr.c`,
/// `system/vl.c`; answers of 5.2, 7.2, 10.0 and 11.1.
package enum FileRefusal: Hashable, Sendable {
  /// The code that loads what a machine boots. Each has messages of its own.
  package enum Loader: Sendable {
    case pc
    case virt
    case pseries
  }

  case image(String, reason: String)
  case imageIsFolder(String, QEMURelease)
  case firmware(String, Loader)
  /// The file is there, and is a folder or has a length that no firmware has.
  case unsuitableFirmware(String, Loader, QEMURelease)
  case kernel(String, Loader, reason: String)
  case kernelIsFolder(String, Loader)
  case initrd(String, Loader, reason: String, QEMURelease)
  case initrdIsFolder(String, Loader, QEMURelease)
  case deviceTree(String, Loader)
  /// A file that the machine passes on to its firmware.
  case passedOn(String)
  /// `-append` or `-initrd` without a kernel.
  case needsKernel(option: String)
}

extension FileRefusal: CustomStringConvertible {
  package var description: String {
    switch self {
    case .image(let path, let reason): "Could not open '\(path)': \(reason)"
    case .imageIsFolder(_, let release) where release < QEMURelease(6, 0):
      "A regular file was expected by the 'file' driver, but something else was given"
    case .imageIsFolder(let path, _): "'file' driver requires '\(path)' to be a regular file"
    case .firmware(let path, .pc), .unsuitableFirmware(let path, .pc, _): "could not load PC BIOS '\(path)'"
    case .firmware(let path, .virt): "Could not find ROM image '\(path)'"
    case .unsuitableFirmware(let path, .virt, _): "Could not load ROM image '\(path)'"
    case .firmware(let path, .pseries): "Could not find LPAR firmware '\(path)'"
    case .unsuitableFirmware(let path, .pseries, let release) where release >= QEMURelease(11, 0):
      "\(path) exceeds maximum image size (4 MiB)"
    case .unsuitableFirmware(let path, .pseries, _): "Could not load LPAR firmware '\(path)'"
    case .kernel(let path, .pc, let reason): "could not open kernel file '\(path)': \(reason)"
    case .kernelIsFolder(let path, .pc): "could not load kernel '\(path)': Is a directory"
    case .kernel(let path, .virt, _), .kernelIsFolder(let path, .virt): "could not load kernel '\(path)'"
    case .kernel(let path, .pseries, _), .kernelIsFolder(let path, .pseries):
      "error loading \(path): Failed to load ELF"
    case .initrd(let path, .pc, let reason, _):
      "error reading initrd \(path): Failed to open file “\(path)”: open() failed: \(reason)"
    // The quotation marks are those of GLib.
    case .initrdIsFolder(let path, .pc, _):
      "error reading initrd \(path): Failed to map \(path)' \(path)': mmap() failed: No such device"
    case .initrd(let path, .virt, _, _), .initrdIsFolder(let path, .virt, _): "could not load initrd '\(path)'"
    case .initrd(let path, .pseries, let reason, let release) where release >= QEMURelease(11, 0):
      "Could not open '\(path)': \(reason)"
    case .initrdIsFolder(let path, .pseries, let release) where release >= QEMURelease(11, 0):
      "\(path) exceeds maximum image size (464 MiB)"
    case .initrd(let path, .pseries, _, _), .initrdIsFolder(let path, .pseries, _):
      "could not load initial ram disk '\(path)'"
    // QEMU gives this reason whatever the reason is.
    case .deviceTree(let path, .pc): "error reading dtb \(path): No such file or directory"
    case .deviceTree(let path, .virt), .deviceTree(let path, .pseries): "Couldn't open dtb file \(path)"
    case .passedOn(let path): "failed to load \"\(path)\""
    case .needsKernel(let option): "-\(option) only allowed with -kernel option"
    }
  }
}
