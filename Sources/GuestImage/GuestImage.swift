import Storage
package import SystemPackage

/// An initramfs built on the fly from files installed on the host: busybox, kernel modules, and programs such as ndctl
/// with the libraries that they need.
package struct GuestImage: Sendable {
  /// The modules for a guest with persistent memory: the drivers of every namespace mode, ext4, and those that report
  /// the power button to its acpid.
  package static let modules = ["nfit", "nd_pmem", "nd_btt", "device_dax", "dax_pmem", "ext4", "button", "evdev"]

  var archive = CPIOArchive()
  private var present: Set<String> = []

  /// Makes an empty image to be unpacked where `folders` already exist.
  init(beside folders: Set<String>) { archive = CPIOArchive(folders: folders) }

  /// Collects the standard programs and `modules` of `kernel`, which the guest loads in order.
  package init(kernel: GuestKernel, modules names: [String] = Self.modules) throws(GuestImageError) {
    for folder in ["proc", "sys", "dev", "tmp", "mnt", "run", "usr/bin"] { archive.addFolder(folder) }
    for folder in ["bin", "sbin", "usr/sbin"] { archive.addLink(folder, to: "/usr/bin") }
    archive.addFile("init", [UInt8](Self.initScript.utf8), executable: true)
    archive.addFile("usr/bin/pmem-names", [UInt8](Self.namesScript.utf8), executable: true)
    archive.addFile("etc/acpi/PWRF/00000080", [UInt8](Self.powerButtonScript.utf8), executable: true)
    for (name, package) in Self.programs { try add(program: name, package: package) }
    let closure = try ModuleClosure(of: names, in: kernel)
    if let name = closure.missing.first { throw .noSuchModule(name: name, release: kernel.release) }
    var list = ""
    if let folder = kernel.modules {
      for path in closure.paths {
        let module = try KernelModuleFile(path, in: folder)
        let place = "lib/modules/\(kernel.release)/\(module.guestPath)"
        archive.addFile(place, module.contents)
        list += "/\(place)\n"
      }
    }
    archive.addFile("etc/modules", [UInt8](list.utf8))
  }

  /// The programs of every guest, and the Debian packages that contain them.
  package static let programs = [
    (name: "busybox", package: "busybox-static"), (name: "ndctl", package: "ndctl"),
    (name: "daxctl", package: "daxctl"), (name: "mkfs.ext4", package: "e2fsprogs"),
  ]
  private static let programFolders: [FilePath] = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"]
  private static let libraryFolders: [FilePath] = [
    "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib",
  ]

  /// Returns the path of the program `name` on this host; `nil` if it is not installed.
  package static func path(of name: String) -> FilePath? {
    programFolders.map { $0.appending(name) }.first { HostFile.exists($0) }
  }

  /// Throws if `kernel` lacks a module that every guest needs.
  package static func checkModules(of kernel: GuestKernel) throws(GuestImageError) {
    if let name = try kernel.lacking(modules).first { throw .noSuchModule(name: name, release: kernel.release) }
  }

  /// Adds the host's program at `path` as /usr/bin/NAME, and the libraries that it needs.
  package mutating func add(program path: FilePath) throws(GuestImageError) {
    guard let name = path.lastComponent?.string else { throw .notAProgram(path) }
    try add(binary: path, at: "usr/bin/\(name)")
  }

  /// Adds the host's file at `source`, by default `path`, as `path` in the guest.
  package mutating func add(file path: FilePath, from source: FilePath? = nil) throws(GuestImageError) {
    archive.addFile(String(path.string.drop { $0 == "/" }), try HostFile.bytes(of: source ?? path))
  }

  /// Returns the initramfs in consecutive pieces, uncompressed because a guest unpacks that faster.
  package func initramfs() -> [[UInt8]] { archive.closed() }

  /// Returns a second archive, to follow the first, of at most `HostFile.limit` bytes: the guest runs `script` with
  /// `sh`, as described at `initScript`, sends the files at `paths` to its fourth serial port, and powers off.
  package static func archive(script: [UInt8], sending paths: [String] = []) -> [[UInt8]] {
    var archive = CPIOArchive()
    archive.addFile("script", script)
    if !paths.isEmpty { archive.addFile("get", [UInt8](paths.map { $0 + "\n" }.joined().utf8)) }
    return archive.closed()
  }

  /// Pads an initramfs that was made elsewhere, so that another archive can follow.
  package static func archive(_ bytes: [UInt8]) -> [[UInt8]] { [bytes, CPIOArchive.padding(behind: bytes.count)] }

  private mutating func add(program name: String, package: String) throws(GuestImageError) {
    guard let path = Self.path(of: name) else { throw .noSuchProgram(name: name, package: package) }
    try add(program: path)
  }

  /// Adds a library. `folders` are those that the program itself names. A guest's loader searches only the usual ones.
  private mutating func add(
    library name: String, neededBy program: String, in folders: [FilePath]
  ) throws(GuestImageError) {
    for folder in folders + Self.libraryFolders where HostFile.exists(folder.appending(name)) {
      let path = folder.appending(name)
      let place = Self.libraryFolders.contains(folder) ? path : FilePath("/usr/lib/x86_64-linux-gnu/\(name)")
      return try add(binary: path, at: String(place.string.dropFirst()))
    }
    throw .noSuchLibrary(name: name, neededBy: program)
  }

  /// Adds the ELF file at `source`, and the files that it needs, unless they have been added.
  mutating func add(binary source: FilePath, at place: String) throws(GuestImageError) {
    guard present.insert(place).inserted else { return }
    let bytes = try HostFile.bytes(of: source)
    guard let program = ELFProgram(bytes) else { throw .notAProgram(source) }
    archive.addFile(place, bytes, executable: true)
    if let interpreter = program.interpreter {
      try add(binary: FilePath(interpreter), at: String(interpreter.drop { $0 == "/" }))
    }
    let folders = program.libraryFolders.map { folder in
      FilePath(folder.replacing("${ORIGIN}", with: "$ORIGIN").replacing("$ORIGIN", with: source.folderOrDot.string))
    }
    for library in program.libraries { try add(library: library, neededBy: place, in: folders) }
  }
}
