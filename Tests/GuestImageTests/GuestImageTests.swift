import Foundation
import GuestImage
import SystemPackage
import TestSupport
import Testing

@Suite("The image of a guest")
struct GuestImageTests {
  /// Returns the members of `archive` as busybox's cpio lists them.
  static func members(of archive: [UInt8]) throws -> [String] {
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/busybox"), ["cpio", "-t"], input: Data(archive))
    return run.text.split(separator: "\n").map(String.init)
  }

  @Test("a script is one file in an archive, byte for byte")
  func script() {
    // cpio newc: magic, 13 numbers of 8 hex digits, name and data padded to 4 bytes, then the trailer.
    let expected =
      "070701" + "00000001" + "000081a4" + "00000000" + "00000000" + "00000001" + "00000000" + "00000003"
      + "00000000" + "00000000" + "00000000" + "00000000" + "00000007" + "00000000" + "script\0" + "\0\0\0"
      + "id\n" + "\0"
      + "070701" + "00000002" + "00000000" + "00000000" + "00000000" + "00000001" + "00000000" + "00000000"
      + "00000000" + "00000000" + "00000000" + "00000000" + "0000000b" + "00000000" + "TRAILER!!!\0" + "\0\0\0"
    let archive = Array(GuestImage.archive(script: [UInt8]("id\n".utf8)).joined())
    #expect(String(decoding: archive, as: UTF8.self) == expected)
  }

  @Test("holds programs, the libraries they need, and modules in an order in which they load")
  func contents() throws {
    let kernel = try GuestKernel.newest()
    let archive = Array(try GuestImage(kernel: kernel).initramfs().joined())
    let members = try Self.members(of: archive)
    #expect(members.count == Set(members).count)
    for path in ["init", "usr/bin/busybox", "usr/bin/ndctl", "usr/bin/daxctl", "usr/bin/mkfs.ext4", "etc/modules"] {
      #expect(members.contains(path))
    }
    // Part of ldd's output for ndctl 76.
    for library in ["libndctl.so.6", "libdaxctl.so.1", "libc.so.6", "ld-linux-x86-64.so.2"] {
      #expect(members.contains { $0.hasSuffix("/\(library)") })
    }
    let modules = members.filter { $0.hasSuffix(".ko") }.map { $0.split(separator: "/").last! }
    let order = ["libnvdimm.ko", "nfit.ko"].compactMap { modules.firstIndex(of: Substring($0)) }
    #expect(order.count == 2 && order == order.sorted())
    let again = try GuestImage(kernel: kernel).initramfs().joined()
    #expect(archive == Array(again), "the same contents give the same bytes")
  }

  @Test("a module that the kernel has not is an error")
  func noModule() throws {
    let kernel = try GuestKernel.newest()
    #expect(throws: GuestImageError.noSuchModule(name: "no_such", release: kernel.release)) {
      try GuestImage(kernel: kernel, modules: ["no_such"])
    }
  }

  @Test(
    "a file that is no whole ELF program is an error, however it is cut",
    arguments: [0, 3, 4, 63, 64, 100, 500, 0x2000, 100_000])
  func noProgram(length: Int) throws {
    let folder = try TemporaryDirectory()
    let program = try Data(contentsOf: URL(fileURLWithPath: "/usr/bin/ndctl")).prefix(length)
    try program.write(to: folder.url.appendingPathComponent("cut"))
    var image = try GuestImage(kernel: GuestKernel.newest(), modules: [])
    let path = FilePath(folder.path("cut"))
    #expect(throws: GuestImageError.notAProgram(path)) { try image.add(program: path) }
  }
}
