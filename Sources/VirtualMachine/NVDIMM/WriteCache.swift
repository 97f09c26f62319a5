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
  typealias Pages = [UInt64]

  fileprivate struct State: Sendable {
    /// The pages known to differ from the file.
    var pages: Pages
    /// Returns the pages that the guest has written since the last call, no words if the guest has no memory there; `nil`
    /// while no machine maps the NVDIMM.
    var takeWritten: (@Sendable () throws(Errno) -> Pages)?
  }

  private let state: Mutex<State>

  /// Makes the cache of an NVDIMM whose guest sees `size` bytes.
  init(size: UInt64) {
    let pages = (Int(size) + MemoryMapping.pageSize - 1) / MemoryMapping.pageSize
    state = Mutex(State(pages: Pages(repeating: 0, count: (pages + 63) / 64)))
  }

  /// Uses `takeWritten` from now on to get the pages that the guest has written since it was last called.
  func connect(_ takeWritten: @escaping @Sendable () throws(Errno) -> Pages) {
    state.withLock { $0.takeWritten = takeWritten }
  }

  /// Collects the pages that the machine has recorded, before it is released.
  func disconnect() {
    state.withLock { state in
      // A page that cannot be reported counts as never flushed.
      try? state.collect()
      state.takeWritten = nil
    }
  }

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
      return state.pages.reduce(0) { $0 + $1.nonzeroBitCount } * MemoryMapping.pageSize
    }
  }
}

extension WriteCache.State {
  fileprivate mutating func collect() throws(Errno) {
    guard let written = try takeWritten?() else { return }
    for (index, word) in written.enumerated() { pages[index] |= word }
  }

  /// Writes each run of pages at once; pages whose write fails stay in the set.
  fileprivate mutating func writeBack(_ mapping: borrowing MemoryMapping, to file: FileDescriptor) throws(Errno) {
    for index in pages.indices {
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
