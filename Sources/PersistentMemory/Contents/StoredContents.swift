import Basics

/// Something that a range of bytes holds: a file system, a partition table, a volume. All numbers are bytes.
public struct StoredContents: Hashable, Sendable {
  /// What it is, by the name that blkid(8) has for it: `ext4`, `xfs`, `btrfs`, `LVM2_member`, `swap`, `gpt`, `dos`.
  public let kind: String
  /// Where it begins in the backend.
  public let offset: UInt64
  /// Behind the last byte that it claims, in the backend, and the greatest number where no backend is so long; nil where
  /// it is not known.
  public let end: UInt64?
  /// The block size of a file system, in bytes; nil if there is none or it is not known.
  public let blockSize: UInt64?
  /// A file system whose files can share extents (XFS with reflink).
  public let sharesExtents: Bool
  /// The partition that it lies in, as its table numbers it; nil where it lies in none.
  public let partition: Partition?
  /// The partitions, of a table.
  public let partitions: [Partition]
  /// The state of the two headers, of a GUID partition table.
  public let headers: GPTHeaders?

  /// A partition, in the backend.
  public struct Partition: Hashable, Sendable {
    /// The number that the table gives the partition, from 1.
    public let number: Int
    /// The offset of the first byte of the contents in the backend.
    public let offset: UInt64
    /// Behind its last byte.
    public let end: UInt64
  }

  /// Which of the two copies of a GUID partition table can be used.
  public struct GPTHeaders: Hashable, Sendable {
    /// Whether the header in sector 1 and the entries that it names are whole.
    public let isPrimaryValid: Bool
    /// Whether the backup header and its entries are whole.
    public let isBackupValid: Bool
    /// Where the backup header is, or would be, in the backend.
    public let backup: UInt64
    /// Bytes of a sector.
    public let sectorSize: UInt64
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
