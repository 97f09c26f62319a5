import Basics
import PersistentMemory
import TestSupport
import Testing

@Suite("Finding the label area")
struct LabelLocatorTests {
  /// A backend of any length that holds a few pieces of data and counts the bytes read.
  final class Backend {
    let length: UInt64
    private let pieces: [(offset: UInt64, bytes: [UInt8])]
    private(set) var bytesRead = 0

    init(length: UInt64, _ pieces: [(UInt64, [UInt8])]) {
      self.length = length
      self.pieces = pieces
    }

    func read(_ offset: UInt64, _ count: Int) throws(Never) -> [UInt8] {
      precondition(offset + UInt64(count) <= length, "read beyond the end")
      bytesRead += count
      var bytes = [UInt8](repeating: 0, count: count)
      for (start, piece) in pieces {
        let range = (start..<start + UInt64(piece.count)).clamped(to: offset..<offset + UInt64(count))
        guard !range.isEmpty else { continue }
        let (target, source) = (Int(range.lowerBound - offset), Int(range.lowerBound - start))
        bytes.replaceSubrange(target..<target + range.count, with: piece[source..<source + range.count])
      }
      return bytes
    }

    func dataRanges(in range: Range<UInt64>) throws(Never) -> [Range<UInt64>] {
      pieces.map { ($0.offset..<$0.offset + UInt64($0.bytes.count)).clamped(to: range) }.filter { !$0.isEmpty }
    }

    func locate(mappedSize: UInt64? = nil) -> LabelAreaSearch {
      LabelAreaLocator(length: length, mappedSize: mappedSize).locate(dataRanges: dataRanges(in:), read: read)
    }
  }

  static let sizes = [128 << 10, 132 << 10, 131_073, 192 << 10, 1 << 20, 2 << 20, 16 << 20]

  static func area(_ size: Int, _ version: LabelVersion = .v1_2) throws -> [UInt8] {
    try LabelArea.initialised(version, size: size).array
  }

  @Test("an area of any size at the end of a backend of a tebibyte", arguments: sizes, [LabelVersion.v1_1, .v1_2])
  func atTheEnd(size: Int, version: LabelVersion) throws {
    let length: UInt64 = 1 << 40
    let offset = length - UInt64(size)
    let backend = Backend(length: length, [(offset, try Self.area(size, version))])
    #expect(backend.locate() == .found(LocatedLabelArea(offset: offset, size: size, isIntact: true)))
    #expect(backend.bytesRead <= size + 2 << 20)
  }

  @Test(
    "labels alone tell the size of an area whose index blocks are gone", arguments: sizes, [LabelVersion.v1_1, .v1_2])
  func byLabels(size: Int, version: LabelVersion) throws {
    let end: UInt64 = 1 << 40
    for count in [1, 5] {
      let area = LocatedLabelArea(offset: end - UInt64(size), size: size, isIntact: false)
      let backend = Backend(length: end, [(area.offset, try Self.withoutIndexes(size, version, count))])
      // The search skips places at which the start of the area is not a multiple of a page.
      let expected: LabelAreaSearch = size.isMultiple(of: 4096) ? .found(area) : .nothing
      #expect(backend.locate() == expected)
      #expect(backend.locate(mappedSize: end) == expected)
      #expect(backend.bytesRead <= 2 * 352 << 20)
    }
    let noise = [UInt8](repeating: 0x5a, count: 4096)
    #expect(Backend(length: end, [(end - 4096, noise)]).locate() == .nothing)
    #expect(Backend(length: 1, [(0, [1])]).locate() == .nothing)
  }

  @Test(
    "in a backend that became longer they tell the place", arguments: [4096, 4_300_800, 64 << 20, 1 << 30] as [UInt64])
  func byLabelsElsewhere(growth: UInt64) throws {
    let place = LocatedLabelArea(offset: 256 << 20, size: 128 << 10, isIntact: false)
    let backend = Backend(
      length: place.end + growth, [(0, [1]), (place.offset, try Self.withoutIndexes(place.size, .v1_2, 2))])
    #expect(backend.locate(mappedSize: place.end) == .found(place))
    if growth > 4096 { #expect(backend.locate().areas.first == place) }
    // An area of an odd size is as likely as a backend that was extended by so little.
    if growth > 4096 { #expect(backend.locate(mappedSize: backend.length) == .nothing) }
  }

  static func withoutIndexes(_ size: Int, _ version: LabelVersion, _ count: Int) throws -> [UInt8] {
    let cookie = InterleaveSetCookie(virtualSlot: 3)
    let labels = (0..<count).map { number in
      MadeLabels.label(
        version, cookie: version == .v1_1 ? cookie.v1_1 : cookie.v1_2, dpa: UInt64(number) << 26,
        uuid: MadeLabels.uuid(number))
    }
    var area = try LabelArea.encoded(version, size: size, labels: labels).array
    let head = try LabelArea(area).geometry.labelOffset
    area.replaceSubrange(0..<head, with: [UInt8](repeating: 0xee, count: head))
    return area
  }

  @Test("the second index block alone is enough")
  func secondBlock() throws {
    var area = try Self.area(1 << 20)
    for offset in 0..<768 { area[offset] = 0xff }
    let backend = Backend(length: 64 << 20, [(63 << 20, area)])
    #expect(backend.locate() == .found(LocatedLabelArea(offset: 63 << 20, size: 1 << 20, isIntact: true)))
  }

  @Test("a file that is nothing but the area", arguments: [1024, 128 << 10, 1 << 20])
  func rawFile(size: Int) throws {
    let backend = Backend(length: UInt64(size), [(0, try Self.area(size))])
    #expect(backend.locate() == .found(LocatedLabelArea(offset: 0, size: size, isIntact: true)))
  }

  @Test("an area that does not end the file, because the file is longer than what is mapped")
  func longerFile() throws {
    let area = try Self.area(128 << 10)
    let backend = Backend(length: 1 << 40, [(0, [1]), (128 << 20, area)])
    let found = LocatedLabelArea(offset: 128 << 20, size: 128 << 10, isIntact: true)
    #expect(backend.locate() == .found(found))
    #expect(backend.locate(mappedSize: found.end) == .found(found))
    #expect(backend.locate(mappedSize: 64 << 20) == .nothing)
  }

  @Test("signatures without an index block behind them are not believed")
  func signaturesAlone() throws {
    let signatures = [[UInt8]](repeating: IndexBlock.signature + [UInt8](repeating: 7, count: 45), count: 40_000)
    let noise = Array(signatures.joined())
    #expect(Backend(length: 64 << 20, [(60 << 20, noise)]).locate() == .nothing)
  }

  @Test("a damaged area is found by its place, an intact one beside it wins")
  func damaged() throws {
    var area = try Self.area(128 << 10)
    area[255] ^= 1
    area[511] ^= 1
    let offset: UInt64 = 64 << 20 - 128 << 10
    let damaged = LocatedLabelArea(offset: offset, size: 128 << 10, isIntact: false)
    #expect(Backend(length: 64 << 20, [(offset, area)]).locate() == .found(damaged))
    let intact = LocatedLabelArea(offset: 32 << 20, size: 128 << 10, isIntact: true)
    let both = Backend(length: 64 << 20, [(32 << 20, try Self.area(128 << 10)), (offset, area)])
    #expect(both.locate() == .found(intact))
  }

  @Test("two areas with an equal claim are both reported")
  func ambiguous() throws {
    let small = LocatedLabelArea(offset: 64 << 20 - 128 << 10, size: 128 << 10, isIntact: true)
    let large = LocatedLabelArea(offset: 62 << 20, size: 2 << 20, isIntact: true)
    let backend = Backend(
      length: 64 << 20, [(large.offset, try Self.area(2 << 20)), (small.offset, try Self.area(128 << 10))])
    #expect(backend.locate() == .ambiguous([small, large]))
  }

  @Test("an area that the end of the file cuts off is told as such", arguments: [512, 4096, 130_048])
  func cutOff(kept: Int) throws {
    let area = try Self.area(128 << 10)
    let backend = Backend(length: 32 << 20 + UInt64(kept), [(32 << 20, Array(area[..<kept]))])
    #expect(backend.locate() == .cutOff(LocatedLabelArea(offset: 32 << 20, size: 128 << 10, isIntact: true)))
  }

  @Test("an area of zeros has no mark; nor has a backend of no bytes", arguments: [0, 1, 71, 767, 1 << 20] as [UInt64])
  func nothing(length: UInt64) { #expect(Backend(length: length, []).locate() == .nothing) }

  @Test("every recorded area with an index is found", arguments: LabelCase.all)
  func corpus(recorded: LabelCase) throws {
    for dimm in recorded.dimms {
      let area = try recorded.area(of: dimm)
      let backend = Backend(length: dimm.dataSize + UInt64(dimm.labelSize), [(dimm.dataSize, area)])
      let isIntact = try LabelArea(area).indexes.current != nil
      let hasLabels = try !LabelArea(area).orphanedLabels.isEmpty
      let hasSignature = !BytePattern(IndexBlock.signature).offsets(in: area).isEmpty
      let expected = LocatedLabelArea(offset: dimm.dataSize, size: dimm.labelSize, isIntact: isIntact)
      #expect(backend.locate() == (isIntact || hasSignature || hasLabels ? .found(expected) : .nothing))
    }
  }
}
