package import Storage
package import SystemPackage

/// The guest's RAM: one mapping of this process, placed below and, if it is large, above 4 GiB.
package struct GuestRAM: ~Copyable, Sendable {
  /// A part of the RAM and its place in the guest.
  package struct Part: Equatable, Sendable {
    package let address: UInt64
    /// The offset in bytes from the start of the mapping.
    package let offset: Int
    package let size: Int

    package var range: Range<UInt64> { address..<address + UInt64(size) }
  }

  package let mapping: MemoryMapping
  /// One part from address 0, and a second from 4 GiB if the RAM does not fit below the hole.
  package let parts: [Part]

  /// The start of the part above the hole.
  package static let highStart: UInt64 = 1 << 32

  /// Returns the guest's ranges for `size` bytes of RAM, of which at most the first `lowLimit` lie below 4 GiB.
  static func ranges(size: UInt64, lowLimit: UInt64) -> [Range<UInt64>] {
    let low = min(size, lowLimit)
    return [0..<low] + (low < size ? [highStart..<highStart + (size - low)] : [])
  }

  /// Makes `size` bytes of RAM, of which at most the first `lowLimit` lie below 4 GiB. Memory is allocated on use.
  package init(size: UInt64, lowLimit: UInt64) throws(Errno) {
    guard let total = Int(exactly: size), total > 0 else { throw .noMemory }
    // Aligned to the largest pages that fit, so that host and guest can both use them.
    let mapping = try MemoryMapping(zeroes: total, alignment: total >= 1 << 30 ? 1 << 30 : 2 << 20)
    mapping.adviseHugePages()
    var offset = 0
    parts = Self.ranges(size: size, lowLimit: lowLimit).map { range in
      defer { offset += range.count }
      return Part(address: range.lowerBound, offset: offset, size: range.count)
    }
    self.mapping = mapping
  }

  /// The size of all parts in bytes.
  var size: UInt64 { parts.reduce(0) { $0 + UInt64($1.size) } }

  /// The end of the part below 4 GiB.
  package var lowEnd: UInt64 { parts[0].range.upperBound }

  /// Writes `bytes` at the guest-physical `address`. Returns false and writes nothing if there is no RAM.
  package func write(_ bytes: [UInt8], at address: UInt64) -> Bool {
    guard let offset = offset(of: address, count: bytes.count) else { return false }
    return mapping.write(bytes, at: offset)
  }

  /// Returns a copy of `count` bytes at the guest-physical `address`; `nil` if there is no RAM.
  package func read(at address: UInt64, count: Int) -> [UInt8]? {
    offset(of: address, count: count).flatMap { mapping.read(at: $0, count: count) }
  }

  /// Reads `count` bytes at `fileOffset` of `file` to the guest-physical `address`. Returns the number of bytes read.
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
