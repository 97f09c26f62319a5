package import Basics
package import SystemPackage

/// Why a guest cannot be loaded.
package enum BootError: Error, Equatable, Sendable {
  case unreadable(FilePath, Errno)
  /// A pipe, whose end might never come, or a device.
  case notAFile(FilePath)
  case notAKernel(FilePath)
  case protocolTooOld(FilePath, stored: UInt16, expected: UInt16)
  case not64Bit(FilePath)
  case truncated(FilePath, stored: Int64, expected: Int64)
  case kernelDoesNotFit(FilePath, needed: UInt64, available: UInt64)
  /// The path is `nil` for an initramfs that was built on the fly.
  case ramdiskDoesNotFit(FilePath?, size: UInt64, available: UInt64)
  /// The initramfs fits into RAM, but there is no room to unpack it; `sensible` MiB of RAM would do. The path is `nil`
  /// as above.
  case ramdiskDoesNotUnpack(FilePath?, ram: UInt64, needed: UInt64, sensible: UInt64)
  case commandLineTooLong(stored: Int, expected: Int)
  case outsideRAM(String, address: UInt64, count: Int)
  case conflict(AddressConflict)
  case emptyRamdisk(FilePath)
  /// An initramfs cannot be built on the fly.
  case ramdiskNotBuilt(subject: String, fact: String, hint: Hint?)
}

extension BootError: CustomStringConvertible {
  package var description: String {
    func amount(_ bytes: UInt64) -> String { ByteCount(bytes).precise }
    switch self {
    case .unreadable(_, let error): return "\(error)"
    case .notAFile: return "not a regular file"
    case .notAKernel: return "not a bzImage: no Linux setup header"
    case .protocolTooOld(_, let stored, let expected):
      return "the boot protocol is too old (stored \(UInt64(stored).hex), expected at least \(UInt64(expected).hex))"
    case .not64Bit: return "the kernel cannot be entered in 64-bit mode (expected an x86_64 bzImage)"
    case .truncated(_, let stored, let expected):
      return "the image is cut off (stored \(stored) bytes, expected more than \(expected))"
    case .kernelDoesNotFit(_, let needed, let available):
      return
        "the kernel does not fit the guest's RAM (stored \(amount(available)), expected at least \(amount(needed)))"
    case .ramdiskDoesNotFit(_, let size, let available):
      return
        "the initramfs does not fit beside the kernel (stored \(amount(size)), expected at most \(amount(available)))"
    case .ramdiskDoesNotUnpack(_, let ram, let needed, _):
      return
        "the guest has too little RAM to unpack the initramfs (stored \(amount(ram)), expected at least \(amount(needed)))"
    case .commandLineTooLong(let stored, let expected):
      return "the kernel command line is too long (stored \(stored) bytes, expected at most \(expected))"
    case .outsideRAM(let what, let address, let count):
      return "\(what): \(count) bytes at \(address.hex) lie outside the guest's RAM"
    case .conflict(let conflict): return "\(conflict)"
    case .emptyRamdisk: return "the initramfs is empty"
    case .ramdiskNotBuilt(_, let fact, _): return fact
    }
  }

  /// The subject of the error: a file, or a part of an initramfs.
  package var subject: String? {
    switch self {
    case .unreadable(let path, _), .notAFile(let path), .notAKernel(let path), .protocolTooOld(let path, _, _),
      .not64Bit(let path),
      .truncated(let path, _, _), .kernelDoesNotFit(let path, _, _), .emptyRamdisk(let path):
      path.string
    case .ramdiskDoesNotFit(let path, _, _), .ramdiskDoesNotUnpack(let path, _, _, _): path?.string
    case .ramdiskNotBuilt(let subject, _, _): subject
    case .commandLineTooLong, .outsideRAM, .conflict: nil
    }
  }

  /// A command or option that helps, if one is known.
  package var hint: Hint? {
    switch self {
    case .notAKernel, .not64Bit: .options("-kernel /boot/vmlinuz-$(uname -r)")
    case .kernelDoesNotFit, .ramdiskDoesNotFit: .options("-m 512M")
    case .ramdiskDoesNotUnpack(_, _, _, let sensible): .options("-m \(sensible)M")
    case .unreadable(let path, .permissionDenied): .command("sudo", "chmod", "a+r", path: path.string)
    case .ramdiskNotBuilt(_, _, let hint): hint
    default: nil
    }
  }
}
