package import Basics

/// A format of disk images other than raw, by its name in qemu-img(1), or of compressed files. Hypervisors and image
/// builders decode such a file for a disk, but not for an NVDIMM.
///
/// Source: QEMU `block/qcow2.h`, `block/qed.h`, `block/vmdk.c`, `block/vhdx.h`, `block/vpc.c`, `block/vdi.c`; RFC 1952,
/// RFC 8878, the formats of xz, bzip2, LZ4 frames, ZIP and Android's sparse images.
package enum DiskImageFormat: String, CaseIterable, Sendable {
  case qcow2, qed, vmdk, vhdx, vpc, vdi
  case gzip, xz, zstd, bzip2, lz4, zip
  case androidSparse = "android-sparse"

  /// The number of bytes at the start of an image that suffice to recognise every format.
  package static let headSize = 512

  /// The bytes by which it is known, and where they stand.
  private var magic: (offset: Int, bytes: [UInt8]) {
    switch self {
    case .qcow2: (0, [UInt8]("QFI".utf8) + [0xfb])
    case .qed: (0, [UInt8]("QED".utf8) + [0])
    case .vmdk: (0, [UInt8]("KDMV".utf8))
    case .vhdx: (0, [UInt8]("vhdxfile".utf8))
    case .vpc: (0, [UInt8]("conectix".utf8))
    case .vdi: (64, [0x7f, 0x10, 0xda, 0xbe])
    case .gzip: (0, [0x1f, 0x8b, 0x08])
    case .xz: (0, [0xfd] + [UInt8]("7zXZ".utf8) + [0])
    case .zstd: (0, [0x28, 0xb5, 0x2f, 0xfd])
    // With the magic of the first block.
    case .bzip2: (4, [0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
    case .lz4: (0, [0x04, 0x22, 0x4d, 0x18])
    case .zip: (0, [UInt8]("PK".utf8) + [3, 4])
    case .androidSparse: (0, [0x3a, 0xff, 0x26, 0xed])
    }
  }

  /// The command that makes a raw image of the one at `path`, beside it.
  package func conversion(of path: String) -> Hint {
    let raw = "\(path).raw"
    func written(_ command: ShellCommand) -> Hint { .command(command.writing(to: raw)) }
    return switch self {
    case .qcow2, .qed, .vmdk, .vhdx, .vpc, .vdi: .command("qemu-img", "convert", "-f", rawValue, "-O", "raw", path, raw)
    case .gzip, .xz, .zstd, .bzip2, .lz4: written(ShellCommand(rawValue, ["-dc"], path: path))
    case .zip: written(ShellCommand("unzip", ["-p"], path: path))
    case .androidSparse: .command("simg2img", path, raw)
    }
  }

  /// The format of the image that begins with `head`.
  package init?(of head: [UInt8]) {
    let format = Self.allCases.first { format in
      let (offset, bytes) = format.magic
      return head.dropFirst(offset).starts(with: bytes)
    }
    guard let format else { return nil }
    self = format
  }
}
