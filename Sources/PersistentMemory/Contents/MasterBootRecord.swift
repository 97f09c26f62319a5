import Basics

/// The partition table of 1983, in the first sector.
enum MasterBootRecord {
  private static let entries = 446
  private static let entrySize = 16
  private static let sectorSize: UInt64 = 512
  /// The type of the one partition that keeps old programs away from a GUID partition table.
  static let protective: UInt8 = 0xee

  /// The primary partitions that `sector` describes, in a backend where it lies at `offset`; nil where it is no table.
  ///
  /// Logical partitions lie within their extended one.
  static func partitions(in sector: [UInt8], at offset: UInt64) -> [StoredContents.Partition]? {
    guard sector.count >= 512, sector[510] == 0x55, sector[511] == 0xaa else { return nil }
    var partitions: [StoredContents.Partition] = []
    for number in 0..<4 {
      let entry = entries + number * entrySize
      // Boot sectors of file systems have code here.
      guard sector[entry] & 0x7f == 0 else { return nil }
      guard sector[entry + 4] != 0 else { continue }
      let start = UInt64(sector.load(UInt32.self, at: entry + 8)) * sectorSize
      let size = UInt64(sector.load(UInt32.self, at: entry + 12)) * sectorSize
      guard start > 0, size > 0, let first = offset.checkedSum(start), let end = first.checkedSum(size) else {
        return nil
      }
      partitions.append(StoredContents.Partition(number: number + 1, offset: first, end: end))
    }
    return partitions.isEmpty ? nil : partitions
  }
}
