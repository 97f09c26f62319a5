import HostResources
package import SystemPackage
import VNVDIMMCore

extension FileDescriptor {
  /// The `count` bytes at `offset`, read by way of a mapping: a DAX device has no other.
  ///
  /// `alignment` is what the ends of the mapping are multiples of. The range must lie within the device.
  package func mappedBytes(at offset: UInt64, count: Int, alignment: UInt64) throws(Errno) -> [UInt8] {
    guard count > 0 else { return [] }
    let start = offset.alignedDown(to: alignment)
    let (last, overflow) = offset.addingReportingOverflow(UInt64(count))
    guard !overflow, let end = last.alignedUp(to: alignment), let length = Int(exactly: end - start),
      let position = Int(exactly: start), let unit = Int(exactly: alignment)
    else { throw .overflow }
    let mapping = try MemoryMapping(
      file: self, offset: position, size: length, shared: true, writable: false, alignment: unit)
    guard let bytes = mapping.read(at: Int(offset - start), count: count) else { throw .badAddress }
    return bytes
  }
}
