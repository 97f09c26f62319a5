import Glibc
package import SystemPackage

/// A range of this process's memory that one owner mapped, unmapped when the owner ends.
///
/// The guest, too, may write to this memory at any time: bytes read from it are copied before they are checked.
@safe package struct MemoryMapping: ~Copyable, @unchecked Sendable {
  /// The first byte. Every access through it must stay within `size`.
  package let base: UnsafeMutableRawPointer
  /// The number of accessible bytes.
  package let size: Int
  private let writable: Bool

  /// Returns the offset of `address` in the mapping; `nil` if it lies outside.
  package func offset(of address: UInt) -> Int? {
    // Safe: only the address is used.
    let start = unsafe UInt(bitPattern: base)
    return address >= start && address - start < UInt(size) ? Int(address - start) : nil
  }

  /// Where writes to a mapping go.
  package enum Sharing: Sendable {
    /// Writes stay in this process.
    case isolated
    /// Writes go to the file.
    case shared
    /// Writes go to the file, which is on a DAX file system, and are durable once they have left the CPU's caches
    /// (MAP_SYNC). Mapping throws EOPNOTSUPP if the file is on another file system.
    case synchronous

    fileprivate var flags: Int32 {
      switch self {
      case .isolated: MAP_PRIVATE | MAP_NORESERVE
      case .shared: MAP_SHARED
      // MAP_SHARED_VALIDATE and MAP_SYNC of linux/mman.h
      case .synchronous: 0x3 | 0x80000
      }
    }
  }

  /// Maps `size` bytes of `file` from `offset`, which is a multiple of the page size (of a DAX device: of its
  /// alignment).
  ///
  /// With `shared`, writes go to the file; otherwise they stay in this process. The address is `phase` bytes above a
  /// multiple of `alignment`, which is a power of two and at least the page size.
  package init(
    file: FileDescriptor, offset: Int = 0, size: Int, shared: Bool, writable: Bool = true,
    alignment: Int = MemoryMapping.pageSize, phase: Int = 0
  ) throws(Errno) {
    try self.init(
      file: file, offset: offset, size: size, sharing: shared ? .shared : .isolated, writable: writable,
      alignment: alignment, phase: phase)
  }

  package init(
    file: FileDescriptor, offset: Int = 0, size: Int, sharing: Sharing, writable: Bool = true,
    alignment: Int = MemoryMapping.pageSize, phase: Int = 0
  ) throws(Errno) {
    try self.init(
      descriptor: file.rawValue, offset: offset, flags: sharing.flags, size: size, writable: writable,
      alignment: alignment, phase: phase)
  }

  /// Maps `size` bytes of zeroes that belong to no file; pages take memory when they are first written.
  package init(zeroes size: Int, alignment: Int = MemoryMapping.pageSize, phase: Int = 0) throws(Errno) {
    try self.init(
      descriptor: -1, offset: 0, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, size: size, writable: true,
      alignment: alignment, phase: phase)
  }

  private init(
    descriptor: Int32, offset: Int, flags: Int32, size: Int, writable: Bool, alignment: Int, phase: Int
  ) throws(Errno) {
    guard size > 0, alignment >= Self.pageSize, alignment & (alignment - 1) == 0, (0..<alignment).contains(phase),
      phase.isMultiple(of: Self.pageSize)
    else { throw .invalidArgument }
    let (span, overflow) = size.addingReportingOverflow(alignment - Self.pageSize)
    guard !overflow else { throw .noMemory }
    // Reserves enough to contain an aligned start; the pages around the mapping are given back.
    guard let reserved = unsafe mmap(nil, span, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
      unsafe reserved != MAP_FAILED
    else { throw Errno(rawValue: errno) }
    let lead = (phase - Int(bitPattern: reserved)) & (alignment - 1)
    let start = unsafe reserved + lead
    let protection = writable ? PROT_READ | PROT_WRITE : PROT_READ
    // Safe: MAP_FIXED replaces only pages of the reservation above.
    guard unsafe mmap(start, size, protection, flags | MAP_FIXED, descriptor, offset) != MAP_FAILED else {
      let error = Errno(rawValue: errno)
      unsafe munmap(reserved, span)
      throw error
    }
    let length = (size + Self.pageSize - 1) & ~(Self.pageSize - 1)
    if lead > 0 { unsafe munmap(reserved, lead) }
    if span > lead + length { unsafe munmap(start + length, span - lead - length) }
    unsafe base = start
    self.size = size
    self.writable = writable
  }

  deinit {
    // Safe: `base` and `size` are those of the mapping, which is not unmapped elsewhere.
    unsafe munmap(base, size)
  }

  /// The page size of this host, in bytes.
  package static var pageSize: Int { sysconf(Int32(_SC_PAGESIZE)) }
}
