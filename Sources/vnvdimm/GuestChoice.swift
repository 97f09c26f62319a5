import CommandSupport
import GuestConfiguration
import GuestImage
import SystemPackage
import VirtualMachine

/// What the machine boots: what the options name, and what emulate chooses where they name nothing.
struct GuestChoice {
  /// The command line where `-append` gives none: the console on the serial port, no self-tests of the kernel's
  /// crypto (which take half of a short boot), an end instead of a hang when the kernel panics.
  static let commandLine = "console=ttyS0 quiet panic=-1 \(LinuxProgram.panicMark) no_timer_check cryptomgr.notests"

  let kernel: FilePath
  private let ramdisk: FilePath?
  private let script: FilePath?
  private let image: GuestKernel?
  private let commandLine: String

  /// Where neither kernel nor initramfs is named: the newest kernel of the host, and an initramfs built on the
  /// spot. A kernel alone boots with the same initramfs where the host has its modules.
  init(_ configuration: MachineConfiguration) throws {
    ramdisk = configuration.initialRAMDisk.map { FilePath($0) }
    script = configuration.script.map { FilePath($0) }
    commandLine = configuration.kernelCommandLine ?? Self.commandLine
    let named = configuration.kernel.map { FilePath($0) }
    if let named, ramdisk != nil {
      kernel = named
      image = nil
      return
    }
    do {
      let image = try named.map { (path) throws(GuestImageError) in try GuestKernel(image: path) } ?? .newest()
      kernel = image.image
      self.image = ramdisk == nil ? image : nil
    } catch let error as GuestImageError {
      throw error.commandFailure
    }
  }

  /// The guest as it is loaded, again after each reset.
  func program() throws -> LinuxProgram {
    let archives = try archives()
    return LinuxProgram(
      kernel: kernel,
      ramdisk: archives.isEmpty ? ramdisk.map { .file($0) } : .made { archives },
      commandLine: commandLine)
  }

  /// The parts of the initramfs that are made here.
  func archives() throws -> [[UInt8]] {
    var archives: [[UInt8]] = []
    if let image {
      do { archives.append(try GuestImage(kernel: image).initramfs()) } catch { throw error.commandFailure }
    }
    guard let script else { return archives }
    if let ramdisk { archives.append(try bytes(of: ramdisk)) }
    return archives + [GuestImage.archive(script: try bytes(of: script))]
  }

  private func bytes(of path: FilePath) throws -> [UInt8] {
    do {
      let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      defer { try? file.close() }
      let size = Int(try file.seek(offset: 0, from: .end))
      return try unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
        // Safe: the buffer has `size` bytes, of which as many count as were read.
        filled = try unsafe file.read(fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
      }
    } catch { throw CommandFailure(.incomplete, path.string, "\(error)") }
  }
}

extension GuestImageError {
  var commandFailure: CommandFailure { CommandFailure(.incomplete, subject, fact, hint: hint) }
}
