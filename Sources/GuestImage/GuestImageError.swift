package import Basics
package import SystemPackage

/// Why a guest image cannot be made on this host: the facts, and the Debian package that helps.
package enum GuestImageError: Error, Equatable, Sendable {
  /// No folder of kernel modules under `modules` has a matching kernel image.
  case noKernel(modules: FilePath)
  /// The file does not begin like an x86 kernel image (bzImage).
  case notAKernel(FilePath)
  case noSuchModule(name: String, release: String)
  /// The host lacks the library that unpacks the module; `package` contains it.
  case noUnpacker(FilePath, package: String)
  /// The module's file cannot be unpacked.
  case damagedModule(FilePath)
  case noSuchProgram(name: String, package: String?)
  /// A program is not a 64-bit ELF file whose tables lie within it.
  case notAProgram(FilePath)
  case noSuchLibrary(name: String, neededBy: String)
  case unreadable(FilePath, Errno)
  /// A pipe, whose end might never come, or a device.
  case notAFile(FilePath)
}

extension GuestImageError {
  /// The subject of the error: a path or a name.
  package var subject: String {
    switch self {
    case .noKernel(let folder): folder.string
    case .notAKernel(let path), .noUnpacker(let path, _), .damagedModule(let path), .notAProgram(let path),
      .unreadable(let path, _), .notAFile(let path):
      path.string
    case .noSuchModule(let name, _), .noSuchProgram(let name, _), .noSuchLibrary(let name, _): name
    }
  }

  package var fact: String {
    switch self {
    case .noKernel: "no kernel with its modules is installed on this host"
    case .notAKernel: "not an x86 kernel image (bzImage)"
    case .noSuchModule(_, let release): "kernel \(release) has no such module"
    case .noUnpacker: "this host has no library to unpack the kernel's modules with"
    case .damagedModule: "a kernel module that cannot be unpacked"
    case .noSuchProgram: "a guest needs this program, and it is not installed"
    case .notAProgram: "not a 64-bit ELF program"
    case .noSuchLibrary(_, let program): "library needed by \(program) not found"
    case .unreadable(_, let errno): errno.description
    case .notAFile: "not a regular file"
    }
  }

  /// The Debian package to install, if that helps.
  package var package: String? {
    switch self {
    case .noKernel, .noSuchModule: "linux-image-cloud-amd64"
    case .noSuchProgram(_, let package): package
    case .noUnpacker(_, let package): package
    case .notAKernel, .damagedModule, .notAProgram, .noSuchLibrary, .unreadable, .notAFile: nil
    }
  }

  /// The command that helps on Debian, if there is one.
  package var hint: Hint? {
    switch self {
    case .unreadable(let path, .permissionDenied): .command("sudo", "chmod", "a+r", path: path.string)
    case .damagedModule(let path): .command("dpkg", "--search", path: path.string)
    default: package.map { .command("apt-get", "install", $0) }
    }
  }
}
