import Basics
import Foundation
import PersistentMemory
import TestSupport
import Testing

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
      // The regions of the corpus start on multiples of 2 MiB; the layout depends on the address only through that.
      let layout = try #require(
        PFNLayout(start: 0x1_0000_0000, size: recorded.size, map: map, alignment: bytes.load(UInt32.self, at: 84)))
      let rebuilt = PFNInfoBlock(signature, uuid: uuid, parent: parent, map: map, layout: layout)
      #expect(rebuilt.encoded == bytes)
      #expect(recorded.offset == recorded.dpa + PFNInfoBlock.offset)
    }
  }
}
