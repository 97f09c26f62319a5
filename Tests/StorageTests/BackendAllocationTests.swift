import Basics
import Foundation
import Storage
import SystemPackage
import TestSupport
import Testing

@Suite("The data in a sparse backend")
struct BackendAllocationTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  @Test func isFoundBetweenHoles() throws {
    let path = FilePath(folder.path("nv.img"))
    let size: UInt64 = 64 << 20
    let block = SparseBytes([UInt8](repeating: 1, count: 65536))
    try BackendCreation(path: path, size: size, contents: [(16 << 20, block), (32 << 20, block)]).prepare().publish()
    let backend = try Backend(path: path)
    let (first, second): (Range<UInt64>, Range<UInt64>) = (0x100_0000..<0x101_0000, 0x200_0000..<0x201_0000)
    #expect(backend.dataRanges(in: 0..<size) == [first, second])
    #expect(backend.dataRanges(in: 0x100_1000..<0x200_1000) == [0x100_1000..<0x101_0000, 0x200_0000..<0x200_1000])
    #expect(backend.dataRanges(in: 0x110_0000..<size) == [second])
    #expect(backend.dataRanges(in: 33 << 20..<size) == [])
    #expect(backend.dataRanges(in: size..<size) == [])
  }

  @Test("a mapping gives the bytes that a read gives", arguments: [(0, 1), (4095, 2), (100_000, 100_000), (262143, 1)])
  func mappedBytes(offset: UInt64, count: Int) throws {
    let path = FilePath(folder.path("nv.img"))
    let bytes = (0..<262144).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    try BackendCreation(path: path, size: 262144, contents: [(0, SparseBytes(bytes))]).prepare().publish()
    let backend = try Backend(path: path)
    #expect(backend.alignment == UInt64(getpagesize()))
    let mapped = try backend.descriptor.mappedBytes(at: offset, count: count, alignment: backend.alignment)
    #expect(mapped == (try backend.read(at: offset, count: count)))
    #expect(mapped == [UInt8](bytes[Int(offset)..<Int(offset) + count]))
  }
}
