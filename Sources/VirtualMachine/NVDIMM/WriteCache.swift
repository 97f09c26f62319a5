import Glibc
import Storage
import Synchronization
import SystemPackage

/// What a guest has written to an NVDIMM and not flushed yet: it stands in a private copy of the backend, and is lost
/// when the power goes.
///
/// KVM notes the pages that the guest writes. A flush writes them to the file: a page that another CPU writes meanwhile
/// may get there half written, and gets there again by the next flush, as on a real machine.
final class WriteCache: Sendable {
  /// Pages that were written, a bit for each: page 0 is bit 0 of the first word.
  typealias Pages = [UInt64]

  fileprivate struct State: Sendable {
    /// Pages that differ from the file, as far as is known.
    var pages: Pages
    /// Answers which pages the guest has written since the last call; nil while no machine shows the NVDIMM.
    var takeWritten: (@Sendable () throws(Errno) -> Pages)?
  }

  private let state: Mutex<State>

  /// The cache of an NVDIMM whose guest sees `size` bytes.
  init(size: UInt64) {
    let pages = (Int(size) + MemoryMapping.pageSize - 1) / MemoryMapping.pageSize
    state = Mutex(State(pages: Pages(repeating: 0, count: (pages + 63) / 64)))
  }

  /// From now on `takeWritten` tells which pages the guest has written since it was last asked.
  func connect(_ takeWritten: @escaping @Sendable () throws(Errno) -> Pages) {
    state.withLock { $0.takeWritten = takeWritten }
  }

  /// The machine that shows the NVDIMM goes: what it knows is kept.
  func disconnect() {
    state.withLock { state in
      // A page that cannot be told of is like one that was never flushed.
      try? state.collect()
      state.takeWritten = nil
    }
  }

  /// Makes durable in `file` what was written to `mapping` before the call.
  func writeBack(_ mapping: borrowing MemoryMapping, to file: FileDescriptor) throws(Errno) {
    try state.withLock { (state) throws(Errno) in
      try state.collect()
      try state.writeBack(mapping, to: file)
    }
    guard fdatasync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Bytes of the pages that would be lost now.
  var size: Int {
    state.withLock { state in
      try? state.collect()
      return state.pages.reduce(0) { $0 + $1.nonzeroBitCount } * MemoryMapping.pageSize
    }
  }
}

extension WriteCache.State {
  fileprivate mutating func collect() throws(Errno) {
    guard let written = try takeWritten?() else { return }
    for index in pages.indices { pages[index] |= written[index] }
  }

  /// Writes each run of pages at once; those of which a write fails stay.
  fileprivate mutating func writeBack(_ mapping: borrowing MemoryMapping, to file: FileDescriptor) throws(Errno) {
    for index in pages.indices where pages[index] != 0 {
      while pages[index] != 0 {
        let first = pages[index].trailingZeroBitCount
        let count = (~(pages[index] >> UInt64(first))).trailingZeroBitCount
        let start = (index * 64 + first) * MemoryMapping.pageSize
        let end = min(start + count * MemoryMapping.pageSize, mapping.size)
        try mapping.store(at: start, count: end - start, to: file, fileOffset: Int64(start))
        pages[index] &= ~((count == 64 ? .max : (1 << UInt64(count)) - 1) << UInt64(first))
      }
    }
  }
}
