import Basics
import Foundation
import SystemPackage
import TestSupport
import Testing
import VirtualMachine

/// The boot protocol, with images that are hardly more than a setup header.
///
/// Offsets and values: Linux Documentation/x86/boot.rst and zero-page.rst.
@Suite("Linux boot protocol")
struct LinuxProgramTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// Returns a bzImage of one setup sector and `code`, to be loaded at 16 MiB if possible.
  private func image(code: Int = 0x1000, _ change: (inout [UInt8]) -> Void = { _ in }) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 1024) + [UInt8](repeating: 0x90, count: code)
    bytes[0x1f1] = 1
    bytes.store(0xaa55 as UInt16, at: 0x1fe)
    bytes[0x201] = 0x6a
    bytes.store(0x5372_6448 as UInt32, at: 0x202)
    bytes.store(0x020f as UInt16, at: 0x206)
    bytes.store(0x7fff_ffff as UInt32, at: 0x22c)
    bytes.store(0x20_0000 as UInt32, at: 0x230)
    bytes[0x234] = 1
    bytes.store(1 as UInt16, at: 0x236)
    bytes.store(255 as UInt32, at: 0x238)
    bytes.store(0x100_0000 as UInt64, at: 0x258)
    bytes.store(0x10_0000 as UInt32, at: 0x260)
    change(&bytes)
    return bytes
  }

  private func program(
    _ image: [UInt8], ramdisk: [UInt8]? = nil, commandLine: String = "quiet"
  ) throws -> LinuxProgram {
    let kernel = FilePath(folder.path("kernel"))
    try Data(image).write(to: URL(fileURLWithPath: kernel.string))
    guard let ramdisk else { return LinuxProgram(kernel: kernel, ramdisk: nil, commandLine: commandLine) }
    let disk = FilePath(folder.path("initrd"))
    try Data(ramdisk).write(to: URL(fileURLWithPath: disk.string))
    return LinuxProgram(kernel: kernel, ramdisk: .file(disk), commandLine: commandLine)
  }

  /// Returns the error that keeps `program` from being loaded into empty `ram`.
  private func refusal(of program: LinuxProgram, _ ram: borrowing GuestRAM) -> BootError? {
    var map = AddressMap()
    do {
      _ = try program.load(into: ram, &map)
      return nil
    } catch { return error }
  }

  @Test("kernel, initramfs, command line and parameters lie where the protocol wants them")
  func placement() throws {
    let ram = try GuestRAM(size: 64 << 20, lowLimit: 3 << 30)
    var map = AddressMap()
    let entry = try program(image(), ramdisk: [1, 2, 3]).load(into: ram, &map)
    #expect(entry == ProgramEntry(instruction: 0x100_0200, argument: 0x2_0000))
    let code = ram.read(at: 0x100_0000, count: 2)
    #expect(code == [0x90, 0x90])
    let disk = ram.read(at: 0x3ff_f000, count: 4)
    #expect(disk == [1, 2, 3, 0])
    let parameters = ram.read(at: 0x2_0000, count: 0x1000)
    let page = try #require(parameters)
    #expect(page.load(UInt32.self, at: 0x202) == 0x5372_6448)
    #expect(page[0x210] == 0xff)
    #expect(page.load(UInt32.self, at: 0x218) == 0x3ff_f000)
    #expect(page.load(UInt32.self, at: 0x21c) == 3)
    #expect(page.load(UInt64.self, at: 0x070) == 0xe_0000)
    let line = Int(page.load(UInt32.self, at: 0x228))
    // A panic must end the guest, and be distinguishable from a reboot, whatever the command line says.
    let expected = Array("panic=-1 reboot=panic_warm quiet".utf8) + [0]
    let text = ram.read(at: UInt64(line), count: expected.count)
    #expect(text == expected)
  }

  @Test("the memory map: conventional memory, RAM, and what is reserved")
  func memoryMap() throws {
    let ram = try GuestRAM(size: 64 << 20, lowLimit: 32 << 20)
    var map = AddressMap()
    _ = try program(image()).load(into: ram, &map)
    let parameters = ram.read(at: 0x2_0000, count: 0x1000)
    let page = try #require(parameters)
    let entries = (0..<Int(page[0x1e8])).map { index in
      let at = 0x2d0 + index * 20
      return [
        page.load(UInt64.self, at: at), page.load(UInt64.self, at: at + 8), UInt64(page.load(UInt32.self, at: at + 16)),
      ]
    }
    #expect(
      entries == [
        [0, 0x9_fc00, 1], [0xe_0000, 0x2_0000, 2], [0x10_0000, 0x1f0_0000, 1], [0xfe00_0000, 0x10_0000, 2],
        [0xfeb0_0000, 0x10_0000, 2], [0xfeff_c000, 0x4000, 2], [0x1_0000_0000, 0x200_0000, 1],
      ])
  }

  @Test("a kernel that cannot have its preferred address is put low")
  func lowPlacement() throws {
    let ram = try GuestRAM(size: 16 << 20, lowLimit: 3 << 30)
    var map = AddressMap()
    let entry = try program(image()).load(into: ram, &map)
    #expect(entry.instruction == 0x20_0200)
  }

  /// Faults of an image, and the message about each.
  static let refusals: [(String, @Sendable (inout [UInt8]) -> Void)] = [
    ("not a bzImage: no Linux setup header", { $0[0x202] = 0 }),
    ("not a bzImage: no Linux setup header", { $0[0x1fe] = 0 }),
    ("not a bzImage: no Linux setup header", { $0 = [] }),
    ("not a bzImage: no Linux setup header", { $0 = [UInt8]($0[..<0x263]) }),
    ("the boot protocol is too old (stored 0x20b, expected at least 0x20c)", { $0.store(0x020b as UInt16, at: 0x206) }),
    ("the kernel cannot be entered in 64-bit mode (expected an x86_64 bzImage)", { $0[0x236] = 0 }),
    ("the image is cut off (stored 1024 bytes, expected more than 1536)", { $0 = [UInt8]($0[..<1024]) }),
    ("the image is cut off (stored 5120 bytes, expected more than 131584)", { $0[0x1f1] = 255 }),
    ("the image is cut off (stored 5120 bytes, expected more than 1049599)", { $0[0x1f6] = 1 }),
  ]

  @Test(arguments: refusals)
  func refused(message: String, change: @Sendable (inout [UInt8]) -> Void) throws {
    let ram = try GuestRAM(size: 64 << 20, lowLimit: 3 << 30)
    let refusal = refusal(of: try program(image(change)), ram)
    #expect(refusal.map { "\($0)" } == message)
  }

  @Test("no number in a header makes the loader trap", arguments: [0x230, 0x258, 0x25c, 0x260, 0x22c, 0x238])
  func hostileHeader(offset: Int) throws {
    let ram = try GuestRAM(size: 16 << 20, lowLimit: 3 << 30)
    for value: UInt32 in [0, 1, 0x7fff_ffff, 0xffff_ffff] {
      var map = AddressMap()
      let program = try program(image { $0.store(value, at: offset) }, ramdisk: [1])
      _ = try? program.load(into: ram, &map)
    }
  }

  @Test("what does not fit the RAM is refused with both sizes")
  func tooLarge() throws {
    let ram = try GuestRAM(size: 20 << 20, lowLimit: 3 << 30)
    let disk = [UInt8](repeating: 0, count: 4 << 20)
    let program = try program(image(), ramdisk: disk)
    let refused = refusal(of: program, ram)
    #expect(refused == .ramdiskDoesNotFit(program.path("initrd"), size: 4 << 20, available: 3 << 20))
    let huge = try self.program(image { $0.store(0x7000_0000 as UInt32, at: 0x260) })
    let expected = BootError.kernelDoesNotFit(huge.kernel, needed: 0x7010_0000, available: 20 << 20)
    let found = refusal(of: huge, ram)
    #expect(found == expected)
  }

  @Test("a command line longer than the kernel takes is refused")
  func commandLine() throws {
    let ram = try GuestRAM(size: 64 << 20, lowLimit: 3 << 30)
    let program = try program(image(), commandLine: String(repeating: "x", count: 256))
    let refusal = refusal(of: program, ram)
    #expect(refusal == .commandLineTooLong(stored: 283, expected: 255))
  }

  @Test(
    "the flag of a warm start is a panic, unless the command line wants every start warm",
    arguments: [
      ("quiet", true), ("reboot=k", true), ("panic=10 reboot=a,cold", true), ("reboot=w", false),
      ("quiet reboot=acpi,warm", false),
    ])
  func panics(commandLine: String, isTold: Bool) throws {
    #expect(try program(image(), commandLine: commandLine).marksPanics == isTold)
  }
}

extension LinuxProgram {
  fileprivate func path(_ name: String) -> FilePath { kernel.removingLastComponent().appending(name) }
}
