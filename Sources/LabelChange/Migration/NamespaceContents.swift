import Basics
package import FoundationEssentials
package import PersistentMemory

/// The info block in a namespace, to the extent that Linux would use it.
///
/// Source: Linux 6.1 drivers/nvdimm/btt_devs.c `nd_btt_probe`, pfn_devs.c `nd_pfn_validate`, dax_devs.c.
package struct NamespaceContents: Hashable, Sendable {
  /// The number of bytes at the start of a namespace that can contain info blocks.
  package static let headSize = 8192

  /// The abstraction of the block at the start of the namespace: `.btt2` or `.none`.
  let atStart: NamespaceAbstraction
  /// The abstraction of the block 4 KiB after the start: `.btt`, `.fsdax`, `.devdax` or `.none`.
  let behind: NamespaceAbstraction
  /// The sector size of the translation table after the start, in bytes.
  let sectorSize: UInt32?

  /// Reads the first `headSize` bytes of the namespace whose label has the uuid `parent`, zero without a label. Missing
  /// bytes count as zeros.
  package init(of head: [UInt8], parent: UUID) {
    func block(at offset: Int) -> [UInt8] {
      head.block(at: offset, count: InfoBlock.size) ?? [UInt8](repeating: 0, count: InfoBlock.size)
    }
    func table(at offset: Int) -> BTTInfoBlock? {
      guard let table = try? BTTInfoBlock(reading: block(at: offset)), table.defect(parent: parent) == nil,
        table.version.initialOffset == UInt64(offset)
      else { return nil }
      return table
    }
    atStart = table(at: 0) == nil ? .none : .btt2
    let table1 = table(at: 4096)
    sectorSize = table1?.arena.externalSectorSize
    if table1 != nil {
      behind = .btt
    } else if let superblock = try? PFNInfoBlock(reading: block(at: 4096)), superblock.parent == parent {
      behind = superblock.signature == .pfn ? .fsdax : .devdax
    } else {
      behind = .none
    }
  }

  /// Returns the abstraction that Linux shows if the label claims `abstraction`; `nil` is a GUID that Linux does not
  /// know.
  package func shown(claimed abstraction: NamespaceAbstraction?) -> NamespaceAbstraction {
    switch abstraction {
    case nil: .none
    case .some(.none): behind
    case .btt2: atStart
    case .some(let claimed): claimed == behind ? claimed : .none
    }
  }
}
