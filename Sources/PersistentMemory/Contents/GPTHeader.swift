import Basics

/// One of the two headers of a GUID partition table.
///
/// Source: UEFI 2.10, 5.3.2 (GPT Header), 5.3.3 (GPT Partition Entry Array).
struct GPTHeader: Hashable, Sendable {
  static let signature: UInt64 = 0x5452_4150_2049_4645  // "EFI PART"

  enum Fields {
    static let signature = Field<UInt64>("Signature", at: 0)
    static let headerSize = Field<UInt32>("HeaderSize", at: 12)
    static let headerChecksum = Field<UInt32>("HeaderCRC32", at: 16)
    static let myLBA = Field<UInt64>("MyLBA", at: 24)
    static let alternateLBA = Field<UInt64>("AlternateLBA", at: 32)
    static let lastUsableLBA = Field<UInt64>("LastUsableLBA", at: 48)
    static let entryLBA = Field<UInt64>("PartitionEntryLBA", at: 72)
    static let entryCount = Field<UInt32>("NumberOfPartitionEntries", at: 80)
    static let entrySize = Field<UInt32>("SizeOfPartitionEntry", at: 84)
    static let entryChecksum = Field<UInt32>("PartitionEntryArrayCRC32", at: 88)
  }

  /// Bytes of entries that are read: 8192 of the common size.
  static let entriesLimit = 1 << 20

  let myLBA: UInt64
  let alternateLBA: UInt64
  let lastUsableLBA: UInt64
  let entryLBA: UInt64
  let entrySize: Int
  /// Bytes of all entries.
  let entriesSize: Int
  let entryChecksum: UInt32

  /// Reads the header in `sector`; nil where there is none, it is damaged, or it is not the one of `lba`.
  init?(_ sector: [UInt8], lba: UInt64) {
    guard sector.count >= 512, sector[Fields.signature] == Self.signature,
      let size = Int(exactly: sector[Fields.headerSize]), (92...sector.count).contains(size)
    else { return nil }
    var header = [UInt8](sector[..<size])
    header[Fields.headerChecksum] = 0
    guard CRC32.checksum(header) == sector[Fields.headerChecksum], sector[Fields.myLBA] == lba else { return nil }
    let entrySize = Int(sector[Fields.entrySize])
    let (entriesSize, overflow) = entrySize.multipliedReportingOverflow(by: Int(sector[Fields.entryCount]))
    guard entrySize >= 128, !overflow, entriesSize <= Self.entriesLimit else { return nil }
    myLBA = lba
    alternateLBA = sector[Fields.alternateLBA]
    lastUsableLBA = sector[Fields.lastUsableLBA]
    entryLBA = sector[Fields.entryLBA]
    self.entrySize = entrySize
    self.entriesSize = entriesSize
    entryChecksum = sector[Fields.entryChecksum]
  }

  /// The used entries of `bytes`: their numbers, from 1, and their sectors.
  func partitions(in bytes: [UInt8]) -> [(number: Int, first: UInt64, last: UInt64)] {
    stride(from: 0, to: min(bytes.count, entriesSize) / entrySize * entrySize, by: entrySize).compactMap { start in
      let type = bytes[start..<start + 16]
      let first: UInt64 = bytes.load(at: start + 32)
      let last: UInt64 = bytes.load(at: start + 40)
      guard !type.allSatisfy({ $0 == 0 }), last >= first else { return nil }
      return (start / entrySize + 1, first, last)
    }
  }
}
