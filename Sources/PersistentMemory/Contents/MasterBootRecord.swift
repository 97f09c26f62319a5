import Basics

/// The partition table of 1983, in the first sector.
package enum MasterBootRecord {
  private static let entries = 446
  private static let entrySize = 16
  private static let sectorSize: UInt64 = 512
  /// The type of the one partition that keeps old programs away from a GUID partition table.
  static let protective: UInt8 = 0xee

  /// The first sector of a disk whose partitions lie `distance` bytes after the places in `sector`: what a guest reads if it
  /// does not look for the info block between. Nil if `sector` is not a partition table, or protects a GUID partition table.
  package static func moved(_ sector: [UInt8], by distance: UInt64) -> [UInt8]? {
    guard partitions(in: sector, at: 0) != nil else { return nil }
    var moved = sector
    for entry in stride(from: entries, to: entries + 4 * entrySize, by: entrySize) where sector[entry + 4] != 0 {
      let first = UInt64(sector.load(UInt32.self, at: entry + 8)) + distance / sectorSize
      let count = UInt64(sector.load(UInt32.self, at: entry + 12))
      guard sector[entry + 4] != protective, let start = UInt32(exactly: first) else { return nil }
      moved.replaceSubrange(entry + 8..<entry + 12, with: (0..<4).map { UInt8(truncatingIfNeeded: start >> ($0 * 8)) })
      let geometry = DiskGeometry(of: [UInt8](sector[entry + 1..<entry + 4]), sector: first - distance / sectorSize)
      moved.replaceSubrange(entry + 1..<entry + 4, with: geometry.address(of: first))
      moved.replaceSubrange(entry + 5..<entry + 8, with: geometry.address(of: first + count - 1))
    }
    return moved
  }

  /// How a disk of 1983 counts its sectors.
  private struct DiskGeometry {
    let heads, sectors: UInt64

    /// The geometry under which `address` is that of `sector`: parted(8) takes 4 heads and 32 sectors for files, and
    /// everybody else 255 and 63.
    init(of address: [UInt8], sector: UInt64) {
      let ofFiles = DiskGeometry(heads: 4, sectors: 32)
      self = ofFiles.address(of: sector) == address ? ofFiles : DiskGeometry(heads: 255, sectors: 63)
    }

    private init(heads: UInt64, sectors: UInt64) { (self.heads, self.sectors) = (heads, sectors) }

    /// Head, sector and cylinder, with the upper bits of the cylinder in the sector; what lies beyond has the last.
    func address(of sector: UInt64) -> [UInt8] {
      let (cylinder, rest) = sector.quotientAndRemainder(dividingBy: heads * sectors)
      guard cylinder < 1024 else { return [UInt8(heads - 1), UInt8(sectors) | 0xc0, 0xff] }
      return [
        UInt8(rest / sectors), UInt8(rest % sectors + 1) | UInt8(cylinder >> 8) << 6,
        UInt8(truncatingIfNeeded: cylinder),
      ]
    }
  }

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
