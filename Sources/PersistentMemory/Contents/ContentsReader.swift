import Basics

/// Reads what a window of a backend holds: file systems, volumes, partition tables and what is in their partitions.
///
/// Every byte may be a stranger's: what is read is bounded by the window, by 128 partitions and by one level of
/// tables, and numbers that do not fit are believed to lie beyond everything.
public struct ContentsReader: Sendable {
  /// The bytes of the backend that are looked at; what lies behind its end does not exist.
  let window: Range<UInt64>

  /// Partitions that are looked into.
  static let partitionLimit = 128

  /// A reader of the bytes of the backend in `window`.
  public init(window: Range<UInt64>) { self.window = window }

  /// Everything that is found: a partition table, and what is in its partitions; or else one volume.
  ///
  /// `source` gives bytes of the backend by their offset in it; it is asked for bytes of the window only.
  public func contents<Failure: Error>(
    read source: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> [StoredContents] {
    guard let table = try partitionTable(source) else {
      return try volume(in: window, partition: nil, source).map { [$0] } ?? []
    }
    var found = [table]
    for partition in table.partitions.prefix(Self.partitionLimit) {
      let part = (partition.offset..<max(partition.offset, partition.end)).clamped(to: window)
      if !part.isEmpty, let volume = try volume(in: part, partition: partition, source) { found.append(volume) }
    }
    return found
  }

  /// The `count` bytes at `offset` of `part`; zeros where the window ends before.
  func read<Failure: Error>(
    _ offset: UInt64, _ count: Int, of part: Range<UInt64>,
    _ source: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> [UInt8] {
    guard let start = part.lowerBound.checkedSum(offset), start < part.upperBound else {
      return [UInt8](repeating: 0, count: count)
    }
    let stored = Int(min(UInt64(count), part.upperBound - start))
    let bytes = try source(start, stored)
    return bytes.prefix(stored) + [UInt8](repeating: 0, count: count - min(stored, bytes.count))
  }

  /// The file system or volume that begins with `part`.
  private func volume<Failure: Error>(
    in part: Range<UInt64>, partition: StoredContents.Partition?,
    _ source: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> StoredContents? {
    let head = try read(0, VolumeSignature.headSize, of: part, source)
    var signature = VolumeSignature(of: head)
    if signature == nil {
      let block = try read(VolumeSignature.btrfsOffset, VolumeSignature.btrfsSize, of: part, source)
      signature = VolumeSignature(btrfs: block) ?? VolumeSignature(reiserfs: block)
    }
    guard let signature else {
      // The file itself, of which a guest is to see the contents.
      guard part.lowerBound == 0, partition == nil, let image = DiskImageFormat(of: head) else { return nil }
      return StoredContents(image.rawValue, offset: 0, size: nil)
    }
    return StoredContents(
      signature.kind, offset: part.lowerBound, size: signature.size, blockSize: signature.blockSize,
      sharesExtents: signature.sharesExtents, partition: partition)
  }

  private func partitionTable<Failure: Error>(
    _ source: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> StoredContents? {
    let sector = try read(0, 512, of: window, source)
    // A file system can begin with a boot sector; where one is found, that sector is not a table.
    if let table = try guidPartitionTable(source) { return table }
    guard let partitions = MasterBootRecord.partitions(in: sector, at: window.lowerBound),
      try volume(in: window, partition: nil, source) == nil
    else { return nil }
    let end = partitions.map(\.end).max() ?? window.lowerBound + 512
    return StoredContents(
      "dos", offset: window.lowerBound, size: max(end, window.lowerBound + 512) - window.lowerBound,
      partitions: partitions)
  }
}
