import Glibc
import SystemPackage

/// Reads and writes of a block device of persistent memory, bypassing the guest's page cache.
struct BlockTransfer {
  private let device: FileDescriptor

  /// The size of the range in which all transfers lie, and the amount of each measurement.
  private static let extent = 32 << 20

  /// O_DIRECT of x86, which glibc's module does not export.
  private static let direct = FileDescriptor.OpenOptions(rawValue: 0x4000)

  init(device path: FilePath) throws { device = try FileDescriptor.open(path, .readWrite, options: Self.direct) }

  /// Sequential in pieces of 1 MiB, then at random places in pieces of 4 KiB.
  func measure() throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { unsafe buffer.deallocate() }
    // Safe: the buffer lives for all calls, and every piece is within it.
    unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0x5a)
    let device = device
    let read: (Int64, Piece) throws -> Int = { try unsafe device.read(fromAbsoluteOffset: $0, into: $1) }
    let write: (Int64, Piece) throws -> Int = {
      try unsafe device.write(toAbsoluteOffset: $0, UnsafeRawBufferPointer($1))
    }
    // One run beforehand, so that the pages exist.
    try unsafe sequential(buffer, write)
    try Meter.measure("sequential-read") { try unsafe sequential(buffer, read) }
    try Meter.measure("sequential-write") { try unsafe sequential(buffer, write) }
    try Meter.measure("random-read") { try unsafe random(buffer, read) }
    try Meter.measure("random-write") { try unsafe random(buffer, write) }
  }

  private typealias Piece = UnsafeMutableRawBufferPointer

  private func sequential(_ buffer: Piece, _ move: (Int64, Piece) throws -> Int) throws {
    for offset in stride(from: 0, to: Self.extent, by: buffer.count) { _ = try unsafe move(Int64(offset), buffer) }
  }

  private func random(_ buffer: Piece, _ move: (Int64, Piece) throws -> Int) throws {
    let piece = unsafe Piece(rebasing: buffer[..<4096])
    // The same offsets in every run. Source: Knuth, MMIX.
    var state: UInt64 = 1
    for _ in 0..<Self.extent / 4096 / 4 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      _ = try unsafe move(Int64(state >> 33) % Int64(Self.extent / 4096) * 4096, piece)
    }
  }
}
