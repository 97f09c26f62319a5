import CLinux
import Glibc
package import SystemPackage

extension MemoryMapping {
  /// Returns a copy of `count` bytes at `offset`; `nil` if they do not lie within the mapping, or if the host cannot
  /// supply them because the file became shorter or its disk fails.
  package func read(at offset: Int, count: Int) -> [UInt8]? {
    guard contains(offset, count) else { return nil }
    // Safe: the range was checked; bytes are copied once, so that a guest cannot change them afterwards.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      guard let start = buffer.baseAddress, count > 0 else { return }
      if unsafe clinux_copy(start, base + offset, count) == 0 { filled = count }
    }
    return bytes.count == count ? bytes : nil
  }

  /// Writes `bytes` at `offset`. Returns false and writes nothing if they do not lie within the mapping; returns false,
  /// perhaps after writing some of them, if the host cannot take them.
  package func write(_ bytes: [UInt8], at offset: Int) -> Bool {
    guard contains(offset, bytes.count) else { return false }
    // Safe: the range was checked, and an array of ours does not overlap the mapping.
    return unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return true }
      return unsafe clinux_copy(base + offset, start, source.count) == 0
    }
  }

  /// Reads `count` bytes at `fileOffset` of `file` to `offset`. Returns the number of bytes read.
  package func fill(at offset: Int, count: Int, from file: FileDescriptor, fileOffset: Int64) throws(Errno) -> Int {
    guard contains(offset, count) else { throw .badAddress }
    var done = 0
    while done < count {
      // Safe: the range was checked.
      let rest = unsafe UnsafeMutableRawBufferPointer(start: base + offset + done, count: count - done)
      let got: Int
      do { got = try unsafe file.read(fromAbsoluteOffset: fileOffset + Int64(done), into: rest) } catch {
        throw Errno(error)
      }
      guard got > 0 else { break }
      done += got
    }
    return done
  }

  /// Writes `count` bytes at `offset` to `fileOffset` of `file`. Bytes that the guest changes meanwhile are written in
  /// either state.
  package func store(at offset: Int, count: Int, to file: FileDescriptor, fileOffset: Int64) throws(Errno) {
    guard contains(offset, count) else { throw .badAddress }
    // Safe: the range was checked.
    let bytes = unsafe UnsafeRawBufferPointer(start: base + offset, count: count)
    do { _ = try unsafe file.writeAll(toAbsoluteOffset: fileOffset, bytes) } catch { throw Errno(error) }
  }

  /// Discards everything written to a mapping of zeroes: it reads as zeroes again and takes no memory.
  package func discard() throws(Errno) {
    // Safe: the range is the mapping's own.
    guard unsafe madvise(base, size, MADV_DONTNEED) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Lets the host use huge pages where it can; a hint that it may ignore.
  package func adviseHugePages() {
    // Safe: the range is the mapping's own; the advice changes no contents.
    unsafe _ = madvise(base, size, MADV_HUGEPAGE)
  }

  /// Allocates memory for every page. Throws ENOMEM if there is not enough.
  package func populate() throws(Errno) {
    let populateForWriting: Int32 = 23  // MADV_POPULATE_WRITE, Linux 5.14
    // Safe: the range is the mapping's own; the advice changes no contents.
    guard unsafe madvise(base, size, populateForWriting) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Makes writes to a shared mapping of a file durable, through the host's page cache.
  package func synchronise() throws(Errno) { try synchronise(at: 0, count: size) }

  /// Makes `count` bytes at `offset`, and all else in their pages, durable.
  package func synchronise(at offset: Int, count: Int) throws(Errno) {
    guard contains(offset, count) else { throw .badAddress }
    // Safe: the range was checked.
    let result = unsafe clinux_synchronise(base + offset, count)
    guard result >= 0 else { throw Errno(rawValue: -result) }
  }

  /// Makes this thread's writes to `count` bytes at `offset` durable. The mapping must be persistent memory: a DAX
  /// device, or a file mapped with MAP_SYNC.
  package func persist(at offset: Int, count: Int) throws(Errno) {
    guard contains(offset, count) else { throw .badAddress }
    // Safe: the range was checked.
    let result = unsafe clinux_persist(base + offset, count)
    guard result >= 0 else { throw Errno(rawValue: -result) }
  }

  private func contains(_ offset: Int, _ count: Int) -> Bool {
    offset >= 0 && count >= 0 && offset <= size && count <= size - offset
  }
}
