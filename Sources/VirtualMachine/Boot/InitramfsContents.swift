import Basics
import Storage
import SystemPackage

/// The unpacked contents of an initramfs, as far as they are known without unpacking it, and the RAM that they take.
///
/// Linux keeps the archives in RAM until it has unpacked them into a tmpfs, which may use half of the remaining RAM,
/// or, if the command line names a root file system, into a ramfs, which may use all of it. Sources: Linux
/// Documentation/driver-api/early-userspace/buffer-format.rst; init/do_mounts.c init_rootfs, mm/shmem.c
/// shmem_default_max_blocks.
package struct InitramfsContents: Equatable, Sendable {
  /// The size of all archives in bytes.
  package let size: UInt64
  /// The size of the files in bytes, in whole pages.
  package private(set) var unpacked: UInt64 = 0

  private static let pageSize: UInt64 = 4096
  private static let headerSize = 110
  /// More members than any real archive has.
  private static let memberLimit = 1 << 20
  private static let longestPadding = 1 << 20

  /// Examines `size` bytes of archives; `read` returns `count` bytes at `offset`, or fewer if they end before.
  package init(size: UInt64, read: (_ offset: UInt64, _ count: Int) -> [UInt8]) {
    self.size = size
    var offset: UInt64 = 0
    var padding = 0
    for _ in 0..<Self.memberLimit where offset < size && padding < Self.longestPadding {
      let header = read(offset, Self.headerSize)
      if let member = Member(header) {
        unpacked += Self.round(member.fileSize, to: Self.pageSize)
        offset += member.length
      } else if header.starts(with: [0, 0, 0, 0]) {
        // The padding between archives, in units of four bytes.
        let zeroes = header.prefix { $0 == 0 }.count & ~3
        offset += UInt64(zeroes)
        padding += zeroes
      } else {
        unpacked += Self.unpackedSize(of: header, rest: size - offset, end: read(size - min(size, 4), 4))
        return
      }
    }
  }

  /// Examines archives in consecutive `pieces`.
  package init(pieces: [[UInt8]]) {
    let ends = pieces.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    let (starts, size) = (Array(ends.dropLast()), ends.last ?? 0)
    self.init(size: UInt64(size)) { offset, count in
      var bytes: [UInt8] = []
      var place = Int(offset)
      // The last piece that begins at or before the offset.
      var index = starts.lastIndex { $0 <= place } ?? 0
      while index < pieces.count, bytes.count < count {
        let piece = pieces[index]
        let start = place - starts[index]
        bytes += piece[min(start, piece.count)...].prefix(count - bytes.count)
        place = starts[index] + piece.count
        index += 1
      }
      return bytes
    }
  }

  /// Rounds a number of at most 34 bits up to a multiple of `unit`.
  private static func round(_ number: UInt64, to unit: UInt64) -> UInt64 { (number + unit - 1) / unit * unit }

  /// One member of an archive in the format "newc".
  private struct Member {
    let fileSize: UInt64
    /// The size in bytes of header, name and file, each padded to a multiple of four.
    let length: UInt64

    init?(_ header: [UInt8]) {
      func number(_ index: Int) -> UInt64? {
        UInt64(String(decoding: header[(6 + index * 8)..<(14 + index * 8)], as: UTF8.self), radix: 16)
      }
      guard header.count == InitramfsContents.headerSize,
        header.starts(with: "070701".utf8) || header.starts(with: "070702".utf8),
        let fileSize = number(6), let nameSize = number(11)
      else { return nil }
      self.fileSize = fileSize
      length =
        InitramfsContents.round(UInt64(InitramfsContents.headerSize) + nameSize, to: 4)
        + InitramfsContents.round(fileSize, to: 4)
    }
  }

  /// Returns the minimum unpacked size of a compressed archive of `rest` bytes: gzip stores it in its last four bytes;
  /// with the other formats, unpacked data is never smaller. Source: RFC 1952; Linux lib/decompress.c for the
  /// signatures.
  private static func unpackedSize(of start: [UInt8], rest: UInt64, end: [UInt8]) -> UInt64 {
    if start.starts(with: [0x1f, 0x8b]) { return end.count == 4 ? UInt64(end.load(UInt32.self, at: 0)) : rest }
    let signatures: [[UInt8]] = [
      [0x42, 0x5a], [0x5d, 0x00], [0xfd, 0x37], [0x89, 0x4c], [0x02, 0x21], [0x28, 0xb5],
    ]
    return signatures.contains { start.starts(with: $0) } ? rest : 0
  }

  /// Examines the archives in `file`. Unreadable bytes count as missing.
  init(of file: FileDescriptor, size: UInt64) {
    self.init(size: size) { offset, count in (try? file.bytes(at: Int64(offset), count: count)) ?? [] }
  }

  /// Throws if `ram` bytes are too few for it.
  func check(ram: UInt64, kernel: UInt64, commandLine: String, path: FilePath?) throws(BootError) {
    let needed = neededRAM(kernel: kernel, commandLine: commandLine)
    guard ram < needed else { return }
    throw .ramdiskDoesNotUnpack(
      path, ram: ram, needed: needed, sensible: sensibleRAM(kernel: kernel, commandLine: commandLine))
  }

  /// Returns the bytes of RAM below which a kernel of `kernel` bytes is sure to fail to unpack it.
  package func neededRAM(kernel: UInt64, commandLine: String) -> UInt64 {
    let namesRoot = commandLine.split(separator: " ").contains { $0.hasPrefix("root=") }
    // The size that a kernel asks for is a little more than it keeps.
    return size + unpacked * (namesRoot ? 1 : 2) + kernel - kernel / 8
  }

  /// Returns a value of `-m`, in MiB, with which it unpacks and leaves some RAM free.
  package func sensibleRAM(kernel: UInt64, commandLine: String) -> UInt64 {
    let needed = neededRAM(kernel: kernel, commandLine: commandLine)
    return Self.round(needed + needed / 32 + 32 << 20, to: 64 << 20) >> 20
  }
}
