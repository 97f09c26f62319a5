import Storage
import Synchronization
import SystemPackage

/// The guest's unflushed writes to an NVDIMM: they are in a private copy of the backend, and are lost if the power
/// fails.
///
/// KVM records the pages that the guest writes. A flush writes them to the file: a page that another CPU writes
/// meanwhile may get there half written, and is written again by the next flush, as on a real machine.
final class WriteCache: Sendable {
  /// A set of written pages, one bit each: page 0 is bit 0 of the first word.
  struct Pages: Sendable, Equatable {
    var words: [UInt64]

    /// The empty set, of the pages of `bytes` bytes.
    init(bytes: UInt64) {
      let pages = (Int(bytes) + MemoryMapping.pageSize - 1) / MemoryMapping.pageSize
      words = [UInt64](repeating: 0, count: (pages + 63) / 64)
    }

    /// Adds the pages that `words` say, of which the first is the page at `offset` in bytes. Pages outside are ignored.
    mutating func insert(_ words: [UInt64], at offset: UInt64) {
      let first = Int(offset) / MemoryMapping.pageSize
      let (start, shift) = (first / 64, UInt64(first % 64))
      for (index, word) in words.enumerated() where word != 0 {
        if self.words.indices.contains(start + index) { self.words[start + index] |= word << shift }
        if shift > 0, self.words.indices.contains(start + index + 1) {
          self.words[start + index + 1] |= word >> (64 - shift)
        }
      }
    }
  }

  fileprivate struct State: Sendable {
    /// The pages known to differ from the file.
    var pages: Pages
    /// Returns the pages that the guest has written since the last call; `nil` while no machine maps the NVDIMM.
    var takeWritten: (@Sendable () throws(Errno) -> Pages?)?
  }

  private let state: Mutex<State>

  /// Makes the cache of an NVDIMM whose guest sees `size` bytes.
  init(size: UInt64) {
    state = Mutex(State(pages: Pages(bytes: size)))
  }

  /// Uses `takeWritten` from now on to get the pages that the guest has written since it was last called.
  func connect(_ takeWritten: @escaping @Sendable () throws(Errno) -> Pages?) {
    state.withLock { $0.takeWritten = takeWritten }
  }

  /// Collects the pages that the machine has recorded, before it forgets them. A page that cannot be reported counts as
  /// never flushed.
  func collect() { state.withLock { try? $0.collect() } }

  /// Collects the pages that the machine has recorded, before it is released.
  func disconnect() {
    state.withLock { state in
      try? state.collect()
      state.takeWritten = nil
    }
  }

  /// Adds the pages of `count` bytes at `offset`, which the guest has written by way of this process.
  func note(at offset: Int, count: Int) {
    guard count > 0 else { return }
    let (first, last) = (offset / MemoryMapping.pageSize, (offset + count - 1) / MemoryMapping.pageSize)
    for page in first...last { note([1], at: UInt64(page * MemoryMapping.pageSize)) }
  }

  /// Adds pages as `Pages.insert` does.
  func note(_ words: [UInt64], at offset: UInt64) { state.withLock { $0.pages.insert(words, at: offset) } }

  /// Makes all writes to `mapping` before the call durable in `file`.
  func writeBack(_ mapping: borrowing MemoryMapping, to file: FileDescriptor) throws(Errno) {
    try state.withLock { (state) throws(Errno) in
      try state.collect()
      try state.writeBack(mapping, to: file)
    }
    try file.synchroniseData()
  }

  /// The number of bytes in pages that would be lost now.
  var size: Int {
    state.withLock { state in
      try? state.collect()
      return state.pages.words.reduce(0) { $0 + $1.nonzeroBitCount } * MemoryMapping.pageSize
    }
  }
}

extension WriteCache.State {
  fileprivate mutating func collect() throws(Errno) {
    guard let written = try takeWritten?() else { return }
    pages.insert(written.words, at: 0)
  }

  /// Writes each run of pages at once; pages whose write fails stay in the set.
  fileprivate mutating func writeBack(_ mapping: borrowing MemoryMapping, to file: FileDescriptor) throws(Errno) {
    for index in pages.words.indices {
      while pages.words[index] != 0 {
        let first = pages.words[index].trailingZeroBitCount
        let count = (~(pages.words[index] >> UInt64(first))).trailingZeroBitCount
        let start = (index * 64 + first) * MemoryMapping.pageSize
        let end = min(start + count * MemoryMapping.pageSize, mapping.size)
        try mapping.store(at: start, count: end - start, to: file, fileOffset: Int64(start))
        pages.words[index] &= ~((count == 64 ? .max : (1 << UInt64(count)) - 1) << UInt64(first))
      }
    }
  }
}
