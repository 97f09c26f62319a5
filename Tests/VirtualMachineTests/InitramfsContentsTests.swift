import Foundation
import TestSupport
import Testing
import VirtualMachine

/// The RAM that an initramfs takes, compared for archives that cpio and gzip made.
@Suite struct InitramfsContentsTests {
  /// Returns an archive of files of the given sizes in bytes.
  private static func archive(of sizes: [Int]) throws -> [UInt8] {
    let folder = try TemporaryDirectory()
    for (index, size) in sizes.enumerated() {
      try Data(count: size).write(to: folder.url.appendingPathComponent("file\(index)"))
    }
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/sh"), ["-c", "ls | busybox cpio -o -H newc"], in: folder.url)
    #expect(run.status == 0)
    return [UInt8](run.output)
  }

  private static func packed(_ bytes: [UInt8], by program: String) throws -> [UInt8] {
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/sh"), ["-c", "\(program) -c"], input: Data(bytes))
    return [UInt8](run.output)
  }

  @Test("files count in whole pages, over archives that follow each other and padding between them")
  func pages() throws {
    let first = try Self.archive(of: [1, 4096, 4097])
    let second = try Self.archive(of: [100_000])
    let contents = InitramfsContents(pieces: [first, [UInt8](repeating: 0, count: 1020), second])
    #expect(contents.size == UInt64(first.count + 1020 + second.count))
    #expect(contents.unpacked == 4 * 4096 + 102_400)
    // The boundaries between the pieces do not matter.
    let whole = first + [UInt8](repeating: 0, count: 1020) + second
    for length in [1, 7, 512, 5000] {
      let pieces = stride(from: 0, to: whole.count, by: length).map { Array(whole[$0...].prefix(length)) }
      #expect(InitramfsContents(pieces: pieces) == contents)
    }
  }

  @Test("gzip says how much it holds; others hold no less than they take")
  func packed() throws {
    let archive = try Self.archive(of: [1 << 20])
    let gzip = try Self.packed(archive, by: "gzip")
    #expect(InitramfsContents(pieces: [gzip]).unpacked == UInt64(archive.count))
    for program in ["xz", "zstd"] {
      let other = try Self.packed(archive, by: program)
      #expect(InitramfsContents(pieces: [other]).unpacked == UInt64(other.count))
    }
    // Like microcode updates in front of a distribution's initramfs.
    let behind = InitramfsContents(pieces: [try Self.archive(of: [10]), gzip])
    #expect(behind.unpacked == 4096 + UInt64(archive.count))
  }

  @Test("what is no archive takes only the place where it lies", arguments: [0, 1, 109, 110, 5000])
  func nothing(count: Int) {
    let contents = InitramfsContents(pieces: [[UInt8](repeating: 0x55, count: count)])
    #expect(contents.unpacked == 0)
    let zeroes = InitramfsContents(pieces: [[UInt8](repeating: 0, count: count)])
    #expect(zeroes.unpacked == 0 && zeroes.size == UInt64(count))
  }

  /// Measured with Linux 6.1.0-57-cloud-amd64, whose header gives 53968896 bytes, in QEMU 7.2: 102 MiB of files in an
  /// archive of 106841088 bytes. With 340 MiB of RAM, "Initramfs unpacking failed: write error"; with 360 MiB, no
  /// error.
  @Test("a real kernel unpacks in what is said to be enough, and not in less")
  func measured() throws {
    let files: [Int] = [104_857_600, 1_980_000]
    let contents = InitramfsContents(pieces: [try Self.archive(of: files)])
    let needed = contents.neededRAM(kernel: 53_968_896, commandLine: "console=ttyS0")
    #expect(needed > 340 << 20 && needed <= 360 << 20)
    #expect(contents.sensibleRAM(kernel: 53_968_896, commandLine: "console=ttyS0") == 448)
    let rooted = contents.neededRAM(kernel: 53_968_896, commandLine: "root=/dev/pmem0 ro")
    #expect(rooted == needed - contents.unpacked)
  }
}
