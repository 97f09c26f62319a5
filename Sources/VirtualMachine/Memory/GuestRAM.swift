package import Storage
package import SystemPackage

/// The guest's RAM: one mapping of this process, shown to the guest below and, where it is large, above 4 GiB.
package struct GuestRAM: ~Copyable, Sendable {
  /// A part of the RAM and where the guest sees it.
  package struct Part: Equatable, Sendable {
    package let address: UInt64
    /// Bytes from the start of the mapping.
    package let offset: Int
    package let size: Int

    package var range: Range<UInt64> { address..<address + UInt64(size) }
  }

  package let mapping: MemoryMapping
  /// One part from address 0 on; a second from 4 GiB on where the RAM does not fit below the hole.
  package let parts: [Part]

  /// Where the part above the hole begins.
  package static let highStart: UInt64 = 1 << 32

  /// Where the guest sees `size` bytes of RAM, of which at most the first `lowLimit` lie below 4 GiB.
  static func ranges(size: UInt64, lowLimit: UInt64) -> [Range<UInt64>] {
    let low = min(size, lowLimit)
    return [0..<low] + (low < size ? [highStart..<highStart + (size - low)] : [])
  }

  /// RAM of `size` bytes, of which at most the first `lowLimit` lie below 4 GiB. It takes memory as it is used.
  package init(size: UInt64, lowLimit: UInt64) throws(Errno) {
    guard let total = Int(exactly: size), total > 0 else { throw .noMemory }
    // On a boundary of the largest pages that it can hold, so that the host can use them on both sides.
    let mapping = try MemoryMapping(zeroes: total, alignment: total >= 1 << 30 ? 1 << 30 : 2 << 20)
    mapping.adviseHugePages()
    var offset = 0
    parts = Self.ranges(size: size, lowLimit: lowLimit).map { range in
      defer { offset += range.count }
      return Part(address: range.lowerBound, offset: offset, size: range.count)
    }
    self.mapping = mapping
  }

  /// Bytes of all parts.
  var size: UInt64 { parts.reduce(0) { $0 + UInt64($1.size) } }

  /// The end of the part below 4 GiB.
  package var lowEnd: UInt64 { parts[0].range.upperBound }

  /// Writes `bytes` at the guest-physical `address`. False, and nothing written, where there is no RAM.
  package func write(_ bytes: [UInt8], at address: UInt64) -> Bool {
    guard let offset = offset(of: address, count: bytes.count) else { return false }
    return mapping.write(bytes, at: offset)
  }

  /// A copy of `count` bytes at the guest-physical `address`, or nil where there is no RAM.
  package func read(at address: UInt64, count: Int) -> [UInt8]? {
    offset(of: address, count: count).flatMap { mapping.read(at: $0, count: count) }
  }

  /// Reads `count` bytes at `fileOffset` of `file` to the guest-physical `address`; answers how many there were.
  package func fill(at address: UInt64, count: Int, from file: FileDescriptor, fileOffset: Int64) throws(Errno) -> Int {
    guard let offset = offset(of: address, count: count) else { throw .badAddress }
    return try mapping.fill(at: offset, count: count, from: file, fileOffset: fileOffset)
  }

  private func offset(of address: UInt64, count: Int) -> Int? {
    guard count >= 0, let part = parts.first(where: { $0.range.contains(address) }) else { return nil }
    let inPart = Int(address - part.address)
    return count <= part.size - inPart ? part.offset + inPart : nil
  }
}
