import CommandSupport
import GuestImage
import QEMU
import SystemPackage
import VirtualMachine

/// What the machine boots: the kernel and initramfs that the options name, or those that emulate chooses.
struct GuestChoice {
  /// The command line without `-append`: the console is on the serial port, and a kernel panic ends the guest instead
  /// of hanging it.
  ///
  /// The rest makes a short boot about three times as fast: no self-tests of the kernel's crypto, no bounce buffers (64
  /// MiB to be zeroed, although no device has DMA), no search of the kernel's functions for those that ftrace must
  /// skip, and no names for the numbers in the formats of trace events.
  private static let commandLine = [
    "console=ttyS0", "panic=-1", "no_timer_check", "cryptomgr.notests",
    "swiotlb=noforce",
    "initcall_blacklist=ftrace_check_for_weak_functions,ftrace_check_sync,trace_eval_init",
  ].joined(separator: " ")

  /// The maximum size in bytes of a script, which may come from a pipe.
  private static let scriptLimit = 256 << 20

  let kernel: FilePath
  private let ramdisk: FilePath?
  /// The script, read immediately: while the process waits for a pipe, a signal still ends it.
  private let script: [UInt8]?
  /// An archive of the files to add, read immediately: the sandbox would have to allow later reads.
  private let added: [[UInt8]]
  /// The paths in the guest that are sent at the end of its script.
  private let requested: [String]
  /// The kernel for which an initramfs is built on the spot; `nil` if none is built.
  private let image: GuestKernel?
  /// The modules of the initramfs.
  private let modules: [String]
  var commandLine: String

  /// Without a kernel and an initramfs, the guest gets the newest kernel of the host and an initramfs built on the
  /// spot. A named kernel gets such an initramfs only to run a script or to receive added files.
  init(_ configuration: MachineConfiguration) throws {
    ramdisk = configuration.initialRAMDisk.map { FilePath($0) }
    // With a script, the kernel prints only that it cannot continue.
    let loudness = configuration.script == nil ? "quiet" : "loglevel=1"
    commandLine = configuration.kernelCommandLine ?? "\(Self.commandLine) \(loudness)"
    let named = configuration.kernel.map { FilePath($0) }
    let hasMore = configuration.script != nil || !configuration.additions.isEmpty
    let isBuilt = ramdisk == nil && (named == nil || hasMore)
    requested = configuration.requests.map { FileRequest($0).guestPath }
    do {
      if let named, !isBuilt {
        (kernel, image) = (named, nil)
      } else {
        let found = try named.map { (path) throws(GuestImageError) in try GuestKernel(image: path) } ?? .newest()
        (kernel, image) = (found.image, isBuilt ? found : nil)
      }
      let additions = try configuration.additions.flatMap(GuestAddition.named)
      added = additions.isEmpty ? [] : try GuestImage.archive(additions)
      modules = try Self.modules(for: image, isNamed: named != nil) + Self.modules(among: additions, for: image)
      script = try configuration.script.map(Self.script)
    } catch let error as GuestImageError {
      throw error.commandFailure
    }
  }

  /// Returns the kernel's modules among `additions`; only a guest that is built here loads them.
  private static func modules(
    among additions: [GuestAddition], for kernel: GuestKernel?
  ) throws(GuestImageError) -> [String] {
    let names = additions.compactMap { if case .module(let name) = $0 { name } else { nil } }
    guard let first = names.first else { return [] }
    guard let kernel else { throw .noSuchModule(name: first, release: "of this guest") }
    if let name = try kernel.lacking(names).first { throw .noSuchModule(name: name, release: kernel.release) }
    return names
  }

  /// Returns the contents of a script: `text` itself if it is a command, which is not the name of a file.
  private static func script(_ text: String) throws(GuestImageError) -> [UInt8] {
    let path = FilePath(text)
    let isCommand = text.contains(where: \.isWhitespace) || !text.contains { "/.".contains($0) }
    guard isCommand, !HostFile.exists(path) else {
      return try HostFile.bytes(of: path, limit: scriptLimit, mayBePipe: true)
    }
    return [UInt8]((text + "\n").utf8)
  }

  /// Returns the modules for the initramfs of `kernel`. A named kernel may have what it needs built in, which cannot be
  /// determined on this host; what it seems to lack is reported.
  private static func modules(for kernel: GuestKernel?, isNamed: Bool) throws(GuestImageError) -> [String] {
    guard let kernel, isNamed else { return GuestImage.modules }
    let lacking = try kernel.lacking(GuestImage.modules)
    if !lacking.isEmpty {
      let what = kernel.modules == nil ? "of it are installed" : lacking.joined(separator: ", ")
      StandardStream.diagnose(
        "\(Emulate.programName): \(kernel.image): \(kernel.release): no modules \(what): the guest has what is built in"
      )
    }
    return GuestImage.modules.filter { !lacking.contains($0) }
  }

  /// The guest as it is loaded, again after each reset.
  var program: LinuxProgram {
    guard image != nil || script != nil || !added.isEmpty else {
      return LinuxProgram(kernel: kernel, ramdisk: ramdisk.map { .file($0) }, commandLine: commandLine)
    }
    let made = InitialRAMDisk.made { () throws(BootError) in
      do throws(GuestImageError) { return try archives() } catch {
        throw .ramdiskNotBuilt(subject: error.subject, fact: error.fact, hint: error.hint)
      }
    }
    return LinuxProgram(kernel: kernel, ramdisk: made, commandLine: commandLine)
  }

  /// Returns the pieces of the initramfs that is made here; none if nothing is to be added to the named one.
  func archives() throws(GuestImageError) -> [[UInt8]] {
    var archives: [[UInt8]] = []
    if let image { archives += try GuestImage(kernel: image, modules: modules).initramfs() }
    guard script != nil || !added.isEmpty else { return archives }
    if let ramdisk { archives += GuestImage.archive(try HostFile.bytes(of: ramdisk)) }
    return archives + added + (script.map { GuestImage.archive(script: $0, sending: requested) } ?? [])
  }
}

extension GuestImageError {
  var commandFailure: CommandFailure { CommandFailure(.incomplete, subject, fact, hint: hint) }
}
