import Basics
import FoundationEssentials
import PersistentMemory
import TestSupport
import Testing

@Suite("Info blocks are read as Linux reads them")
struct InfoBlockReadingTests {
  /// Returns `block` after `change`, with a valid checksum.
  private static func sealed(_ block: [UInt8], _ change: (inout [UInt8]) -> Void) -> [UInt8] {
    var changed = block
    change(&changed)
    changed.store(Fletcher64.checksum(changed, zeroing: Field("checksum", at: 4088)), at: 4088)
    return changed
  }

  private static let uuid = UUID([UInt8](1...16), at: 0)
  private static let label = UUID([UInt8](17...32), at: 0)
  private static let start: UInt64 = 4 << 30
  private static let size: UInt64 = 64 << 20

  private static func superblock(_ map: PFNInfoBlock.Map = .device, alignment: UInt32 = 2 << 20) throws -> [UInt8] {
    let layout = try #require(PFNLayout(start: start, size: size, map: map, alignment: alignment))
    return PFNInfoBlock(.dax, uuid: uuid, parent: label, map: map, layout: layout).encoded
  }

  private static func table(size: UInt64 = size) throws -> [UInt8] {
    let arena = try #require(BTTArena.arenas(in: size, sectorSize: 520).first)
    return BTTInfoBlock(version: .v2_0, uuid: uuid, parent: label, arena: arena).encoded
  }

  @Test("what the kernel wrote comes back to the byte", arguments: RecordedInfoBlock.all)
  func corpus(recorded: RecordedInfoBlock) throws {
    let bytes = recorded.bytes
    if InfoBlock.Signature(of: bytes) == .btt {
      let block = try BTTInfoBlock(reading: bytes)
      #expect(block.encoded == bytes)
      #expect(block.arena.size == recorded.size - block.version.initialOffset)
      #expect(block.defect(parent: block.parent) == nil)
    } else {
      let block = try PFNInfoBlock(reading: bytes)
      #expect(block.encoded == bytes)
      #expect(block.defect(parent: block.parent, start: Self.start + recorded.dpa, size: recorded.size) == nil)
      #expect(block.dataSize(inNamespaceOf: recorded.size) == block.layout.dataSize)
    }
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    let field: String
    let change: @Sendable (inout [UInt8]) -> Void
    let defect: InfoBlockDefect
    var leavesRaw = true
    var testDescription: String { field }
  }

  static let damages = [
    Damage(field: "signature", change: { $0[0] = 0 }, defect: .signature),
    Damage(field: "parent_uuid", change: { $0[32] = 99 }, defect: .parent(UUID([99] + [UInt8](18...32), at: 0))),
    Damage(field: "mode", change: { $0.store(UInt32(3), at: 72) }, defect: .map(3)),
    Damage(
      field: "page_size", change: { $0.store(UInt32(65536), at: 88) }, defect: .pageSize(65536), leavesRaw: false),
    Damage(
      field: "page_struct_size", change: { $0.store(UInt16(56), at: 92) }, defect: .pageStructureSize(56),
      leavesRaw: false),
    Damage(
      field: "align", change: { $0.store(UInt32(16 << 20), at: 84) }, defect: .alignment(16 << 20), leavesRaw: false),
    Damage(
      field: "align above the size", change: { $0.store(UInt32(1 << 30), at: 84) }, defect: .alignment(1 << 30),
      leavesRaw: false),
    Damage(
      field: "dataoff outside", change: { $0.store(UInt64(64 << 20), at: 56) }, defect: .dataOffset(64 << 20),
      leavesRaw: false),
    Damage(
      field: "dataoff at the end of the address space", change: { $0.store(UInt64.max, at: 56) },
      defect: .dataOffset(.max), leavesRaw: false),
    Damage(
      field: "dataoff misaligned", change: { $0.store(UInt64(3 << 20), at: 56) }, defect: .dataOffset(3 << 20),
      leavesRaw: false),
    Damage(
      field: "start_pad",
      change: {
        $0.store(UInt32(1 << 20), at: 76)
        $0.store(UInt64(3 << 20), at: 56)
      }, defect: .misalignedStart((4 << 30) + (1 << 20)), leavesRaw: false),
    Damage(
      field: "end_trunc", change: { $0.store(UInt32(4096), at: 80) },
      defect: .misalignedEnd((4 << 30) + (64 << 20) - 4096), leavesRaw: false),
    Damage(
      field: "end_trunc that leaves nothing", change: { $0.store(UInt32(62 << 20), at: 80) },
      defect: .dataOffset(2 << 20), leavesRaw: false),
  ]

  @Test("each broken field of a superblock is the one that is named", arguments: damages)
  func superblock(damage: Damage) throws {
    let block = Self.sealed(try Self.superblock(), damage.change)
    var found: InfoBlockDefect?
    do throws(InfoBlockDefect) {
      found = try PFNInfoBlock(reading: block).defect(parent: Self.label, start: Self.start, size: Self.size)
    } catch { found = error }
    #expect(found == damage.defect)
    #expect(found?.leavesRaw == damage.leavesRaw)
  }

  @Test("a byte changed under the checksum, and a block cut short")
  func checksum() throws {
    var block = try Self.superblock()
    block[100] ^= 1
    let (stored, expected) = (
      block.load(UInt64.self, at: 4088), Self.sealed(block) { _ in }.load(UInt64.self, at: 4088)
    )
    #expect(throws: InfoBlockDefect.checksum(stored: stored, expected: expected)) { try PFNInfoBlock(reading: block) }
    #expect(throws: InfoBlockDefect.length(4095)) { try PFNInfoBlock(reading: block.dropLast()) }
    #expect(throws: InfoBlockDefect.signature) { try PFNInfoBlock(reading: Self.table()) }
    #expect(throws: InfoBlockDefect.signature) { try BTTInfoBlock(reading: Self.superblock()) }
  }

  @Test("a superblock of version 1.1 has no alignment: the data's offset tells it")
  func olderVersion() throws {
    let block = try PFNInfoBlock(
      reading: Self.sealed(Self.superblock()) {
        $0.store(UInt16(1), at: 54)
        $0.store(UInt32(16 << 20), at: 84)
      })
    #expect(block.layout.alignment == 0 && block.layout.effectiveAlignment == 2 << 20)
    #expect(block.defect(parent: Self.label, start: Self.start, size: Self.size) == nil)
  }

  @Test("the page sizes of a superblock count where page structures lie in the namespace, from version 1.4 on")
  func pageSizes() throws {
    for (block, minor) in [(try Self.superblock(.memory), 4), (try Self.superblock(), 3)] {
      let block = try PFNInfoBlock(
        reading: Self.sealed(block) {
          $0.store(UInt16(minor), at: 54)
          $0.store(UInt32(65536), at: 88)
          $0.store(UInt16(56), at: 92)
        })
      #expect(block.defect(parent: Self.label, start: Self.start, size: Self.size) == nil)
    }
  }

  @Test("the major version of a superblock counts for nothing")
  func majorVersion() throws {
    let block = try PFNInfoBlock(reading: Self.sealed(Self.superblock()) { $0.store(UInt16(2), at: 52) })
    #expect(block.defect(parent: Self.label, start: Self.start, size: Self.size) == nil)
  }

  @Test("a table of nobody's belongs to everybody; of an unknown version, to nobody")
  func table() throws {
    let block = try BTTInfoBlock(reading: Self.table())
    #expect(block.defect(parent: Self.label) == nil)
    #expect(block.defect(parent: Self.uuid) == .parent(Self.label))
    let orphan = try BTTInfoBlock(
      reading: Self.sealed(Self.table()) { $0.replaceSubrange(32..<48, with: UUID.zero.bytes) })
    #expect(orphan.defect(parent: Self.uuid) == nil)
    #expect(throws: InfoBlockDefect.version(major: 2, minor: 1)) {
      try BTTInfoBlock(reading: Self.sealed(Self.table()) { $0.store(UInt16(1), at: 54) })
    }
  }

  /// UEFI 2.10, 6.3.1; names as in Linux `struct btt_sb`.
  @Test(
    "each broken field of a table is the one that is named",
    arguments: [
      ("external_lbasize", 56), ("external_nlba", 60), ("internal_lbasize", 64), ("internal_nlba", 68),
      ("nextoff", 80), ("dataoff", 88), ("mapoff", 96), ("logoff", 104), ("info2off", 112),
    ])
  func tableFields(name: String, offset: Int) throws {
    let good = try BTTInfoBlock(reading: Self.table())
    let bad = try BTTInfoBlock(reading: Self.sealed(Self.table()) { $0[offset] ^= 0x40 })
    #expect(bad.differences(from: good) == [name])
    #expect(good.differences(from: good).isEmpty)
  }

  @Test("no block makes the readers trap")
  func fuzz() throws {
    var generator = SeededGenerator(fuzzing: "info blocks")
    let seeds = try [Self.superblock(), Self.superblock(.memory, alignment: 4096), Self.table()]
    let extremes: [UInt64] = [0, 1, 4095, 1 << 31, 1 << 32, .max >> 1, .max - 1, .max]
    var read = 0
    let count = SeededGenerator.count(default: 20_000, optimized: 20_000)
    for _ in 0..<count {
      let seed = seeds.randomElement(using: &generator) ?? []
      let block = Self.sealed(seed) { block in
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          let value = Bool.random(using: &generator) ? extremes.randomElement(using: &generator) ?? 0 : generator.next()
          block.store(value, at: Int.random(in: 32...112, using: &generator))
        }
      }
      let size = Bool.random(using: &generator) ? Self.size : generator.next()
      let start = Bool.random(using: &generator) ? Self.start : generator.next()
      if let superblock = try? PFNInfoBlock(reading: block) {
        read += 1
        if superblock.defect(parent: superblock.parent, start: start, size: size) == nil {
          let data = superblock.dataSize(inNamespaceOf: size)
          #expect(data.map { $0 > 0 && superblock.layout.dataOffset + $0 <= size } == true)
        }
        _ = superblock.layout.dataSize
      } else if let table = try? BTTInfoBlock(reading: block) {
        read += 1
        #expect(table.encoded.count == InfoBlock.size)
        _ = table.differences(from: table)
      }
    }
    // Version, signature and mode of the seeds survive often enough for the other fields to be read.
    #expect(read > count / 10)
  }
}
