import Basics
import TestSupport
import Testing

@Suite("Bytes that are read page by page")
struct SparseBytesTests {
  /// A source in memory.
  private final class Pages: PageSource {
    let bytes: [UInt8]
    var count: Int { bytes.count }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func page(_ number: Int) -> [UInt8]? {
      let start = number * SparseBytes.pageSize
      guard start < count else { return nil }
      let page = [UInt8](bytes[start..<min(start + SparseBytes.pageSize, count)])
      return page.isZero ? nil : page
    }
  }

  private static let count = SparseBytes.wholeLimit + SparseBytes.pageSize + 100

  /// Returns bytes with data in a few places, some of them at the ends of pages.
  private static func data(_ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    for _ in 0..<4 {
      let size = Int.random(in: 1...3 * SparseBytes.pageSize, using: &generator)
      let start = Int.random(in: 0...count - size, using: &generator) / 4096 * 4096
      bytes.replace(at: start, with: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ start >> 12 | 1) })
    }
    return bytes
  }

  @Test("they are the same as bytes in memory, also when they are changed")
  func model() throws {
    var generator = SeededGenerator(fuzzing: "sparse bytes")
    for round in 0..<4 {
      var model = Self.data(&generator)
      let original = model
      let source = SparseBytes(Pages(model))
      var bytes = round == 0 ? SparseBytes(zeros: Self.count) : source
      if round == 0 { model = [UInt8](repeating: 0, count: Self.count) }
      for _ in 0..<6 {
        let size = Int.random(in: 1...2 * SparseBytes.pageSize, using: &generator)
        let offset = Int.random(in: 0...Self.count - size, using: &generator)
        let block = [UInt8](repeating: UInt8.random(in: 0...1, using: &generator) * 9, count: size)
        bytes.replace(at: offset, with: block)
        model.replace(at: offset, with: block)
        #expect(bytes.bytes(in: offset..<offset + size) == block)
      }
      #expect(bytes.array == model)
      #expect(bytes == SparseBytes(model))
      #expect(bytes.isZero == model.isZero)
      #expect(bytes.firstNonzero(from: 5000) == model[5000...].firstIndex { $0 != 0 })
      #expect(bytes.endOfData == (model.lastIndex { $0 != 0 } ?? -1) + 1)
      #expect(bytes.load(UInt64.self, at: SparseBytes.pageSize - 3) == model.load(at: SparseBytes.pageSize - 3))
      #expect(bytes.block(at: Self.count - 10, count: 11) == nil)
      for length in [10, SparseBytes.wholeLimit, SparseBytes.wholeLimit + 50] {
        #expect(bytes.first(length).array == [UInt8](model[..<length]))
      }
      var pieces: [UInt8] = []
      bytes.forEachPiece { range, piece in
        #expect(range.lowerBound == pieces.count)
        pieces += piece ?? [UInt8](repeating: 0, count: range.count)
      }
      #expect(pieces == model)
      let differences = bytes.differences(from: source)
      var restored = bytes.array
      for range in differences {
        #expect(range.allSatisfy { model[$0] != original[$0] })
        restored.replace(at: range.lowerBound, with: [UInt8](original[range]))
      }
      #expect(restored == original)
      #expect(bytes.holding([100..<Self.count]).array == model)
    }
  }

  @Test("a checksum in pieces is that of the whole")
  func checksum() throws {
    var generator = SeededGenerator(fuzzing: "checksum in pieces")
    let bytes = Self.data(&generator)
    #expect(bytes.count.isMultiple(of: 4))
    let whole = Fletcher64.checksum(bytes)
    var (pieces, position) = (Fletcher64(), 0)
    while position < bytes.count {
      let end = min(bytes.count, position + Int.random(in: 1...100_000, using: &generator))
      pieces.append([UInt8](bytes[position..<end]))
      position = end
    }
    #expect(pieces.checksum == whole)
    // Zeros count although they are not read; here they do not begin at a word boundary.
    var sparse = Fletcher64()
    sparse.append([1, 2, 3])
    sparse.append(SparseBytes(Pages(bytes)))
    #expect(sparse.checksum == Fletcher64.checksum([1, 2, 3] + bytes + [0]))
  }
}
