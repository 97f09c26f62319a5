import Basics
import Foundation
import GuestImage
import SystemPackage
import TestSupport
import Testing

@Suite("The kernel of a guest")
struct GuestKernelTests {
  /// Makes a host with modules and, if given, images of the given releases.
  private static func host(modules: [String], images: [String]) throws -> TemporaryDirectory {
    let host = try TemporaryDirectory()
    for release in modules {
      let folder = host.url.appendingPathComponent("modules/\(release)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data().write(to: folder.appendingPathComponent("modules.dep"))
    }
    try FileManager.default.createDirectory(
      at: host.url.appendingPathComponent("boot"), withIntermediateDirectories: true)
    for release in images { try Data().write(to: host.url.appendingPathComponent("boot/vmlinuz-\(release)")) }
    return host
  }

  @Test(
    "is the newest of which image and modules are there",
    arguments: [
      (["6.1.0-9-amd64", "6.1.0-56-amd64"], ["6.1.0-9-amd64", "6.1.0-56-amd64"], "6.1.0-56-amd64"),
      (["6.1.0-9-amd64", "6.1.0-56-amd64"], ["6.1.0-9-amd64"], "6.1.0-9-amd64"),
      (["6.1.0-9-amd64"], ["6.1.0-9-amd64", "6.12.1-1-amd64"], "6.1.0-9-amd64"),
      (["6.9.12-amd64", "6.12.1-amd64"], ["6.12.1-amd64", "6.9.12-amd64"], "6.12.1-amd64"),
      (
        ["6.1.0-56-amd64", "6.1.0-56-cloud-amd64"], ["6.1.0-56-amd64", "6.1.0-56-cloud-amd64"], "6.1.0-56-cloud-amd64"
      ),
    ])
  func newest(modules: [String], images: [String], expected: String) throws {
    let host = try Self.host(modules: modules, images: images)
    let kernel = try GuestKernel.newest(
      modules: FilePath(host.path("modules")), boot: FilePath(host.path("boot")))
    #expect(kernel.release == expected)
    #expect(kernel.image.string == host.path("boot/vmlinuz-\(expected)"))
  }

  @Test("none installed is an error that names the package")
  func none() throws {
    let host = try Self.host(modules: ["6.1.0-9-amd64"], images: [])
    let folder = FilePath(host.path("modules"))
    #expect(throws: GuestImageError.noKernel(modules: folder)) {
      try GuestKernel.newest(modules: folder, boot: FilePath(host.path("boot")))
    }
    #expect(GuestImageError.noKernel(modules: folder).hint?.description == "apt-get install linux-image-cloud-amd64")
  }

  @Test("its release is read from the image's header")
  func header() throws {
    let host = try Self.host(modules: ["6.1.0-9-amd64"], images: [])
    // Linux Documentation/x86/boot.rst: "HdrS" at 0x202, the version's offset less 0x200 at 0x20E.
    var image = [UInt8](repeating: 0, count: 0x400)
    image.replaceSubrange(0x202..<0x206, with: "HdrS".utf8)
    image.replaceSubrange(0x20E..<0x210, with: [0x20, 0x01])
    image.replaceSubrange(0x320..<0x330, with: "6.1.0-9-amd64 (d".utf8)
    try Data(image).write(to: host.url.appendingPathComponent("bzImage"))
    let path = FilePath(host.path("bzImage"))
    let folder = FilePath(host.path("modules"))
    #expect(try GuestKernel(image: path, modules: folder).release == "6.1.0-9-amd64")

    let other = try GuestKernel(image: path, modules: FilePath(host.path("boot")))
    #expect(other.release == "6.1.0-9-amd64" && other.modules == nil)
    #expect(try other.lacking(["nfit"]) == ["nfit"], "nothing on this host says what is built in")

    image[0x202] = 0
    try Data(image).write(to: host.url.appendingPathComponent("bzImage"))
    #expect(throws: GuestImageError.notAKernel(path)) { try GuestKernel(image: path, modules: folder) }
    try Data([1]).write(to: host.url.appendingPathComponent("bzImage"))
    #expect(throws: GuestImageError.notAKernel(path)) { try GuestKernel(image: path, modules: folder) }
  }

  @Test("modules that it lacks are an error that names them and the package, unless they are built in")
  func modules() throws {
    let host = try Self.host(modules: ["6.1.0-9-amd64"], images: ["6.1.0-9-amd64"])
    let folder = FilePath(host.path("modules"))
    let kernel = try GuestKernel.newest(modules: folder, boot: FilePath(host.path("boot")))
    let lacking = GuestImageError.noSuchModule(name: GuestImage.modules[0], release: "6.1.0-9-amd64")
    #expect(throws: lacking) { try GuestImage.checkModules(of: kernel) }
    #expect(lacking.fact == "kernel 6.1.0-9-amd64 has no such module")
    #expect(lacking.hint?.description == "apt-get install linux-image-cloud-amd64")
    #expect(try kernel.lacking(GuestImage.modules) == GuestImage.modules)
    let list = GuestImage.modules.map { "kernel/\($0).ko\n" }.joined()
    try Data(list.utf8).write(to: host.url.appendingPathComponent("modules/6.1.0-9-amd64/modules.builtin"))
    try GuestImage.checkModules(of: kernel)
  }

  @Test("a file system gets the module with its checksum, which modules.dep does not name, unless it is built in")
  func checksum() throws {
    let host = try Self.host(modules: ["6.1.0-9-amd64"], images: ["6.1.0-9-amd64"])
    let folder = host.url.appendingPathComponent("modules/6.1.0-9-amd64")
    for name in ["ext4", "crc32c_generic"] { try Data([1]).write(to: folder.appendingPathComponent("\(name).ko")) }
    try Data("ext4.ko:\ncrc32c_generic.ko:\n".utf8).write(to: folder.appendingPathComponent("modules.dep"))
    let kernel = try GuestKernel.newest(
      modules: FilePath(host.path("modules")), boot: FilePath(host.path("boot")))
    func members() throws -> [String] {
      let archive = Array(try GuestImage(kernel: kernel, modules: ["ext4"]).initramfs().joined())
      return try GuestImageTests.members(of: archive).filter { $0.hasSuffix(".ko") }.map {
        String($0.split(separator: "/").last ?? "")
      }
    }
    #expect(try members() == ["crc32c_generic.ko", "ext4.ko"])
    try Data("kernel/crypto/crc32c_generic.ko\n".utf8).write(to: folder.appendingPathComponent("modules.builtin"))
    #expect(try members() == ["ext4.ko"])
  }

  /// A distribution's compression of its modules, and the command for it.
  struct Compression: Sendable {
    let suffix: String
    let command: [String]
    /// Whether the guest gets the modules unpacked.
    let isUnpacked: Bool
  }

  @Test(
    "modules that a distribution compressed are unpacked, or are left to the guest's busybox",
    arguments: [
      // Linux scripts/Makefile.modinst
      Compression(suffix: "xz", command: ["/usr/bin/xz", "--check=crc32", "--lzma2=dict=1MiB"], isUnpacked: true),
      Compression(suffix: "zst", command: ["/usr/bin/zstd", "--rm", "-q"], isUnpacked: true),
      Compression(suffix: "gz", command: ["/bin/gzip", "-n"], isUnpacked: false),
    ])
  func compressed(_ compression: Compression) throws {
    let host = try Self.host(modules: ["6.1.0-9-amd64"], images: ["6.1.0-9-amd64"])
    let folder = host.url.appendingPathComponent("modules/6.1.0-9-amd64")
    // Like a module, partly repetitive and partly not; longer than any first guess of its length.
    var generator = SystemRandomNumberGenerator()
    let noise = (0..<5000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let contents = noise + [UInt8](repeating: 0, count: 3_000_000) + noise
    for name in ["first", "second"] { try Data(contents).write(to: folder.appendingPathComponent("\(name).ko")) }
    for name in ["first", "second"] {
      let run = try ProgramRun(
        executable: URL(fileURLWithPath: compression.command[0]),
        compression.command.dropFirst() + [folder.appendingPathComponent("\(name).ko").path])
      #expect(run.status == 0, "\(run.errors)")
    }
    let list = "second.ko.\(compression.suffix): first.ko.\(compression.suffix)\nfirst.ko.\(compression.suffix):\n"
    try Data(list.utf8).write(to: folder.appendingPathComponent("modules.dep"))
    let kernel = try GuestKernel.newest(
      modules: FilePath(host.path("modules")), boot: FilePath(host.path("boot")))
    let archive = Array(try GuestImage(kernel: kernel, modules: ["second"]).initramfs().joined())
    let members = try GuestImageTests.members(of: archive).filter { $0.hasPrefix("lib/modules/6.1.0-9-amd64/") }
    let suffix = compression.isUnpacked ? "" : ".\(compression.suffix)"
    #expect(members == ["first.ko\(suffix)", "second.ko\(suffix)"].map { "lib/modules/6.1.0-9-amd64/\($0)" })
    let packed = try Data(contentsOf: folder.appendingPathComponent("first.ko.\(compression.suffix)"))
    #expect(Data(archive).range(of: compression.isUnpacked ? Data(contents) : packed) != nil)

    guard compression.isUnpacked else { return }
    try packed.prefix(packed.count / 2).write(to: folder.appendingPathComponent("first.ko.\(compression.suffix)"))
    let damaged = GuestImageError.damagedModule(
      FilePath(folder.appendingPathComponent("first.ko.\(compression.suffix)").path))
    #expect(throws: damaged) { try GuestImage(kernel: kernel, modules: ["second"]) }
    #expect(damaged.fact == "a kernel module that cannot be unpacked")
    #expect(damaged.hint?.description == "dpkg --search \(damaged.subject)")
  }
}
