import Foundation
import TestSupport
import Testing
import VNVDIMMCore

/// An info block that Linux 6.1.192 wrote, with the namespace that it lies in.
struct RecordedInfoBlock: Decodable, CustomTestStringConvertible {
  let `case`: String
  let dpa: UInt64
  let size: UInt64
  let offset: UInt64
  let head: String
  let checksum: String

  var testDescription: String { self.case }

  var bytes: [UInt8] {
    let zeros = String(repeating: "00", count: InfoBlock.size - 128 - 8)
    let digits = Array((head + zeros + checksum).utf8)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
  }

  static let all: [RecordedInfoBlock] = {
    guard let data = try? Corpus.data("infoblocks/blocks.json") else { return [] }
    return (try? JSONDecoder().decode([RecordedInfoBlock].self, from: data)) ?? []
  }()
}

@Suite("Info blocks equal those that the kernel wrote")
struct InfoBlockTests {
  @Test func corpusIsThere() { #expect(RecordedInfoBlock.all.count == 34) }

  @Test(arguments: RecordedInfoBlock.all)
  func rebuilt(recorded: RecordedInfoBlock) throws {
    let bytes = recorded.bytes
    #expect(InfoBlock.checksumHolds(bytes))
    let uuid = UUID(bytes, at: 16)
    let parent = UUID(bytes, at: 32)
    let signature = try #require(InfoBlock.Signature(of: bytes))
    switch signature {
    case .btt:
      let version = try #require(BTTInfoBlock.Version(rawValue: bytes.load(UInt16.self, at: 52)))
      let available = recorded.size - version.initialOffset
      let arenas = BTTArena.arenas(in: available, sectorSize: bytes.load(UInt32.self, at: 56))
      let arena = try #require(arenas.first)
      #expect(arenas.count == 1)
      let rebuilt = BTTInfoBlock(version: version, uuid: uuid, parent: parent, arena: arena)
      #expect(rebuilt.encoded == bytes)
      let start = recorded.dpa + version.initialOffset
      #expect([start, start + arena.backupOffset].contains(recorded.offset))
    case .pfn, .dax:
      let map = try #require(PFNInfoBlock.Map(rawValue: bytes.load(UInt32.self, at: 72)))
      // The corpus' regions start on multiples of 2 MiB, which is all that the layout takes from the address.
      let layout = try #require(
        PFNLayout(start: 0x1_0000_0000, size: recorded.size, map: map, alignment: bytes.load(UInt32.self, at: 84)))
      let rebuilt = PFNInfoBlock(signature, uuid: uuid, parent: parent, map: map, layout: layout)
      #expect(rebuilt.encoded == bytes)
      #expect(recorded.offset == recorded.dpa + PFNInfoBlock.offset)
    }
  }
}
