/// A format of disk images other than raw bytes, by the name that qemu-img(1) has for it: a hypervisor takes it apart for
/// a disk, and nobody does for an NVDIMM.
///
/// Source: QEMU `block/qcow2.h`, `block/qed.h`, `block/vmdk.c`, `block/vhdx.h`, `block/vpc.c`, `block/vdi.c`.
package enum DiskImageFormat: String, CaseIterable, Sendable {
  case qcow2, qed, vmdk, vhdx, vpc, vdi

  /// How many bytes of an image tell, at most.
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

extension StoredContents {
  /// Whether it is a disk image of another format than raw.
  var isDiskImage: Bool { DiskImageFormat(rawValue: kind) != nil }
}
