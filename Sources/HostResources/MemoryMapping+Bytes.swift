import Glibc
package import SystemPackage

extension MemoryMapping {
  /// A copy of `count` bytes at `offset`, or nil where they do not lie within the mapping.
  package func read(at offset: Int, count: Int) -> [UInt8]? {
    guard contains(offset, count) else { return nil }
    // Safe: the range was checked; bytes are copied once, so that a guest cannot change them afterwards.
    return unsafe [UInt8](UnsafeRawBufferPointer(start: base + offset, count: count))
  }

  /// Writes `bytes` at `offset`. Answers false, and writes nothing, where they do not lie within the mapping.
  package func write(_ bytes: [UInt8], at offset: Int) -> Bool {
    guard contains(offset, bytes.count) else { return false }
    // Safe: the range was checked, and an array of ours does not overlap the mapping.
    unsafe bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { unsafe (base + offset).copyMemory(from: start, byteCount: source.count) }
    }
    return true
  }

  /// Reads `count` bytes at `fileOffset` of `file` to `offset`; answers how many there were.
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

  /// Forgets what was written to a mapping of zeroes: it reads as zeroes again and takes no memory.
  package func discard() throws(Errno) {
    // Safe: the range is the mapping's own.
    guard unsafe madvise(base, size, MADV_DONTNEED) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Lets the host use huge pages where it can; a hint that it may ignore.
  package func adviseHugePages() {
    // Safe: the range is the mapping's own; the advice changes no contents.
    unsafe _ = madvise(base, size, MADV_HUGEPAGE)
  }

  /// Takes memory for every page, or answers ENOMEM where there is not enough.
  package func populate() throws(Errno) {
    let populateForWriting: Int32 = 23  // MADV_POPULATE_WRITE, Linux 5.14
    // Safe: the range is the mapping's own; the advice changes no contents.
    guard unsafe madvise(base, size, populateForWriting) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Makes what was written to a shared mapping of a file durable.
  package func synchronise() throws(Errno) {
    // Safe: the range is the mapping's own.
    guard unsafe msync(base, size, MS_SYNC) == 0 else { throw Errno(rawValue: errno) }
  }

  private func contains(_ offset: Int, _ count: Int) -> Bool {
    offset >= 0 && count >= 0 && offset <= size && count <= size - offset
  }
}
