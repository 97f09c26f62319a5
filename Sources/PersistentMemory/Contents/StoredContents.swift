import Basics

/// Something that a range of bytes holds: a file system, a partition table, a volume. All numbers are bytes.
package struct StoredContents: Hashable, Sendable {
  /// What it is, by the name that blkid(8) has for it: `ext4`, `xfs`, `btrfs`, `LVM2_member`, `swap`, `gpt`, `dos`.
  package let kind: String
  /// Where it begins in the backend.
  package let offset: UInt64
  /// Behind the last byte that it claims, in the backend, and the greatest number where no backend is so long; nil where
  /// it is not known.
  package let end: UInt64?
  /// The block size of a file system; nil where it has none, or it is not known.
  package let blockSize: UInt64?
  /// A file system whose files can share extents (XFS with reflink).
  package let sharesExtents: Bool
  /// The partition that it lies in, as its table numbers it; nil where it lies in none.
  package let partition: Partition?
  /// The partitions, of a table.
  package let partitions: [Partition]
  /// The state of the two headers, of a GUID partition table.
  package let headers: GPTHeaders?

  /// A partition, in the backend.
  package struct Partition: Hashable, Sendable {
    package let number: Int
    package let offset: UInt64
    /// Behind its last byte.
    package let end: UInt64
  }

  /// Which of the two copies of a GUID partition table can be used.
  package struct GPTHeaders: Hashable, Sendable {
    package let isPrimaryValid: Bool
    package let isBackupValid: Bool
    /// Where the backup header is, or would be, in the backend.
    package let backup: UInt64
    /// Bytes of a sector.
    package let sectorSize: UInt64
  }

  package init(
    _ kind: String, offset: UInt64, size: UInt64?, blockSize: UInt64? = nil, sharesExtents: Bool = false,
    partition: Partition? = nil, partitions: [Partition] = [], headers: GPTHeaders? = nil
  ) {
    self.kind = kind
    self.offset = offset
    end = size.map { offset.checkedSum($0) ?? .max }
    self.blockSize = blockSize
    self.sharesExtents = sharesExtents
    self.partition = partition
    self.partitions = partitions
    self.headers = headers
  }
}
