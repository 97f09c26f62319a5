import Basics
import CLinux
package import SystemPackage

extension FileDescriptor {
  /// Returns the `count` bytes at `offset`, read through a mapping, as a DAX device requires.
  ///
  /// The ends of the mapping are multiples of `alignment`. The range must lie within the device.
  package func mappedBytes(at offset: UInt64, count: Int, alignment: UInt64) throws(Errno) -> [UInt8] {
    guard count > 0 else { return [] }
    let mapping = try mapping(around: offset, count: count, alignment: alignment, writable: false)
    guard let bytes = mapping.read(at: Int(offset % alignment), count: count) else { throw .badAddress }
    return bytes
  }

  /// Replaces the bytes at `offset` through a mapping, and makes them durable in the way that the memory of a DAX
  /// device needs.
  package func writeMapped(_ bytes: [UInt8], at offset: UInt64, alignment: UInt64) throws(Errno) {
    guard !bytes.isEmpty else { return }
    let mapping = try mapping(around: offset, count: bytes.count, alignment: alignment, writable: true)
    let start = Int(offset % alignment)
    guard mapping.write(bytes, at: start) else { throw .badAddress }
    // Safe: the range was written just now.
    let answer = unsafe clinux_persist(mapping.base + start, bytes.count)
    guard answer >= 0 else { throw Errno(rawValue: -answer) }
  }

  /// Maps the `count` bytes at `offset`, extended on both sides to multiples of `alignment`.
  private func mapping(
    around offset: UInt64, count: Int, alignment: UInt64, writable: Bool
  ) throws(Errno) -> MemoryMapping {
    let start = offset.alignedDown(to: alignment)
    let (last, overflow) = offset.addingReportingOverflow(UInt64(count))
    guard !overflow, let end = last.alignedUp(to: alignment), let length = Int(exactly: end - start),
      let position = Int(exactly: start), let unit = Int(exactly: alignment)
    else { throw .overflow }
    return try MemoryMapping(
      file: self, offset: position, size: length, shared: true, writable: writable, alignment: unit)
  }
}
