import CommandSupport
import GuestImage
import QEMU
import SystemPackage
import VirtualMachine

/// What the machine boots: what the options name, and what emulate chooses where they name nothing.
struct GuestChoice {
  /// The command line where `-append` gives none: the console on the serial port, and an end instead of a hang when the
  /// kernel panics.
  ///
  /// The rest makes a short boot some three times as short: no self-tests of the kernel's crypto, no bounce buffers (64
  /// MiB to be zeroed, where no device has DMA), no search of the kernel's functions for those that ftrace has to pass
  /// over, and no names for the numbers in the formats of trace events.
  private static let commandLine = [
    "console=ttyS0", "panic=-1", "no_timer_check", "cryptomgr.notests",
    "swiotlb=noforce",
    "initcall_blacklist=ftrace_check_for_weak_functions,ftrace_check_sync,trace_eval_init",
  ].joined(separator: " ")

  /// The most bytes of a script, which may come from a pipe.
  private static let scriptLimit = 256 << 20

  let kernel: FilePath
  private let ramdisk: FilePath?
  /// Read at once: while a pipe gives nothing, a signal still ends this process by itself.
  private let script: [UInt8]?
  /// An archive of what was to be added, read at once: what is read later the sandbox would have to allow.
  private let added: [[UInt8]]
  /// Paths of the guest that its script's end sends.
  private let requested: [String]
  /// The kernel for which an initramfs is built on the spot; nil where none is.
  private let image: GuestKernel?
  /// The modules of the initramfs.
  private let modules: [String]
  var commandLine: String

  /// Where neither kernel nor initramfs is named: the newest kernel of the host, and an initramfs built on the spot.
  /// A kernel that is named boots with that only to run a script.
  init(_ configuration: MachineConfiguration) throws {
    ramdisk = configuration.initialRAMDisk.map { FilePath($0) }
    // Beside a script only a kernel that cannot go on says something.
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

  /// The kernel's modules among `additions`, which only a guest that is built here loads.
  private static func modules(
    among additions: [GuestAddition], for kernel: GuestKernel?
  ) throws(GuestImageError) -> [String] {
    let names = additions.compactMap { if case .module(let name) = $0 { name } else { nil } }
    guard let first = names.first else { return [] }
    guard let kernel else { throw .noSuchModule(name: first, release: "of this guest") }
    if let name = try kernel.lacking(names).first { throw .noSuchModule(name: name, release: kernel.release) }
    return names
  }

  /// The text of a script: `text` itself where it is a command, which no file has as its name.
  private static func script(_ text: String) throws(GuestImageError) -> [UInt8] {
    let path = FilePath(text)
    let isCommand = text.contains(where: \.isWhitespace) || !text.contains { "/.".contains($0) }
    guard isCommand, !HostFile.exists(path) else {
      return try HostFile.bytes(of: path, limit: scriptLimit, mayBePipe: true)
    }
    return [UInt8]((text + "\n").utf8)
  }

  /// The modules that go into the initramfs of `kernel`. One that was named may have what it needs built in, which
  /// nothing on this host has to tell; what it seems to lack is said.
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

  /// The pieces of the initramfs that is made here: none where nothing is to be added to the one that is named.
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
