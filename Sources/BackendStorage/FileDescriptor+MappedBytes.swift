import Glibc
package import SystemPackage
import VNVDIMMCore

extension FileDescriptor {
  /// The `count` bytes at `offset`, read by way of a mapping: a DAX device has no other.
  ///
  /// `alignment` is what the ends of the mapping are multiples of. The range must lie within the device.
  package func mappedBytes(at offset: UInt64, count: Int, alignment: UInt64) throws(Errno) -> [UInt8] {
    guard count > 0 else { return [] }
    let start = offset.alignedDown(to: alignment)
    guard let end = (offset + UInt64(count)).alignedUp(to: alignment), let length = Int(exactly: end - start),
      let position = off_t(exactly: start)
    else { throw .overflow }
    guard let mapping = unsafe mmap(nil, length, PROT_READ, MAP_SHARED, rawValue, position),
      unsafe mapping != MAP_FAILED
    else { throw Errno(rawValue: errno) }
    // Safe: the mapping is `length` bytes long, holds the range asked for, and is not used after this call.
    defer { unsafe munmap(mapping, length) }
    let bytes = unsafe UnsafeRawBufferPointer(start: mapping, count: length)
    let first = Int(offset - start)
    return unsafe [UInt8](bytes[first..<first + count])
  }
}
