import Basics

extension ContentsReader {
  /// The GUID partition table of the window; nil where neither of its headers is there.
  ///
  /// The backup header is looked for where the primary one says that it is, or else at the end of the window.
  func guidPartitionTable<Failure: Error>(
    _ source: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> StoredContents? {
    for sectorSize: UInt64 in [512, 4096] {
      let primary = try header(at: 1, sectorSize, source)
      let last = (window.upperBound - window.lowerBound) / sectorSize
      guard primary != nil || last > 1 else { continue }
      let place = primary?.alternateLBA ?? last - 1
      let backup = try header(at: place, sectorSize, source)
      guard let header = primary ?? backup else { continue }
      return try table(header, primary: primary, backup: backup, at: place, sectorSize, source)
    }
    return nil
  }

  /// The header in the sector `lba`, if it and its entries are whole.
  private func header<Failure: Error>(
    at lba: UInt64, _ sectorSize: UInt64,
    _ source: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> GPTHeader? {
    let (offset, overflow) = lba.multipliedReportingOverflow(by: sectorSize)
    guard !overflow, lba > 0, let header = GPTHeader(try read(offset, Int(sectorSize), of: window, source), lba: lba)
    else {
      return nil
    }
    return CRC32.checksum(try entries(of: header, sectorSize, source)) == header.entryChecksum ? header : nil
  }

  private func entries<Failure: Error>(
    of header: GPTHeader, _ sectorSize: UInt64,
    _ source: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> [UInt8] {
    let (offset, overflow) = header.entryLBA.multipliedReportingOverflow(by: sectorSize)
    guard !overflow, offset < window.upperBound - window.lowerBound else { return [] }
    return try read(offset, header.entriesSize, of: window, source)
  }

  private func table<Failure: Error>(
    _ header: GPTHeader, primary: GPTHeader?, backup: GPTHeader?, at place: UInt64, _ sectorSize: UInt64,
    _ source: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> StoredContents {
    let partitions = header.partitions(in: try entries(of: header, sectorSize, source)).map { number, first, last in
      StoredContents.Partition(
        number: number, offset: offset(first, sectorSize), end: offset(last, sectorSize, behind: true))
    }
    let ends = partitions.map(\.end) + [offset(place, sectorSize, behind: true)]
    return StoredContents(
      "gpt", offset: window.lowerBound, size: (ends.max() ?? 0) - window.lowerBound, partitions: partitions,
      headers: StoredContents.GPTHeaders(
        isPrimaryValid: primary != nil, isBackupValid: backup != nil, backup: offset(place, sectorSize),
        sectorSize: sectorSize))
  }

  /// Where sector `lba` begins, or ends, in the backend; what no backend holds is its last byte.
  private func offset(_ lba: UInt64, _ sectorSize: UInt64, behind: Bool = false) -> UInt64 {
    let (start, overflow) = lba.multipliedReportingOverflow(by: sectorSize)
    guard !overflow, let sum = window.lowerBound.checkedSum(start), let end = sum.checkedSum(behind ? sectorSize : 0)
    else { return .max }
    return end
  }
}
