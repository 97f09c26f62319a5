import SystemPackage

extension Backend {
  /// The `count` bytes at `offset`, all of them or an error.
  ///
  /// The caller bounds `count`: as many bytes are allocated once the range is known to lie within the backend.
  package func read(at offset: UInt64, count: Int) throws(BackendError) -> [UInt8] {
    let wanted = UInt64(clamping: count)
    guard count >= 0, offset <= size, wanted <= size - offset, let end = Int64(exactly: offset + wanted) else {
      throw BackendError(path, .beyondEnd(offset: offset, count: wanted, size: size))
    }
    let bytes: [UInt8]
    do throws(Errno) {
      if kind == .daxDevice {
        bytes = try descriptor.mappedBytes(at: offset, count: count, alignment: alignment)
      } else {
        bytes = try descriptor.bytes(at: end - Int64(count), count: count)
      }
    } catch {
      throw BackendError(path, .cannotRead(offset: offset, error))
    }
    guard bytes.count == count else {
      throw BackendError(path, .endedEarly(offset: offset, read: UInt64(bytes.count), expected: wanted))
    }
    return bytes
  }
}
