import Foundation
import GuestImage
import SystemPackage
import TestSupport
import Testing

@Suite("The kernel of a guest")
struct GuestKernelTests {
  /// A host with modules and, where told so, images of the given releases.
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
    #expect(GuestImageError.noKernel(modules: folder).hint == "apt-get install linux-image-cloud-amd64")
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

    let other = FilePath(host.path("boot"))
    let missing = GuestImageError.noModules(release: "6.1.0-9-amd64", folder: other)
    #expect(throws: missing) { try GuestKernel(image: path, modules: other) }
    #expect(missing.fact == "no modules of kernel 6.1.0-9-amd64 on this host")

    image[0x202] = 0
    try Data(image).write(to: host.url.appendingPathComponent("bzImage"))
    #expect(throws: GuestImageError.notAKernel(path)) { try GuestKernel(image: path, modules: folder) }
    try Data([1]).write(to: host.url.appendingPathComponent("bzImage"))
    #expect(throws: GuestImageError.notAKernel(path)) { try GuestKernel(image: path, modules: folder) }
  }

  @Test("modules that it lacks, or that are compressed, are errors that name them and the package")
  func modules() throws {
    let host = try Self.host(modules: ["6.1.0-9-amd64"], images: ["6.1.0-9-amd64"])
    let folder = FilePath(host.path("modules"))
    let kernel = try GuestKernel.newest(modules: folder, boot: FilePath(host.path("boot")))
    let lacking = GuestImageError.noSuchModule(name: GuestImage.modules[0], release: "6.1.0-9-amd64")
    #expect(throws: lacking) { try GuestImage.checkModules(of: kernel) }
    #expect(lacking.fact == "kernel 6.1.0-9-amd64 has no such module")
    let list = GuestImage.modules.map { "kernel/\($0).ko.xz:\n" }.joined()
    try Data(list.utf8).write(to: host.url.appendingPathComponent("modules/6.1.0-9-amd64/modules.dep"))
    let compressed = GuestImageError.compressedModule(kernel.modules.appending("kernel/\(GuestImage.modules[0]).ko.xz"))
    #expect(throws: compressed) { try GuestImage.checkModules(of: kernel) }
    #expect(compressed.fact == "compressed kernel modules are not supported")
    for error in [lacking, compressed] { #expect(error.hint == "apt-get install linux-image-cloud-amd64") }
  }
}
