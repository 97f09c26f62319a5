import Basics
import FoundationEssentials
import PersistentMemory
import TestSupport
import Testing

/// A namespace in memory, as `vnvdimm-create --namespace` would write it, with changes to it.
struct NamespaceMedia {
  static let uuid = UUID([UInt8](1...16), at: 0)
  static let label = UUID([UInt8](17...32), at: 0)

  var extent: NamespaceExtent
  var bytes: [UInt8]

  /// Makes a namespace of `size` bytes at the guest's address 4 GiB, with a label for `abstraction`.
  init(_ abstraction: NamespaceAbstraction, size: Int) {
    extent = NamespaceExtent(start: 4 << 30, size: UInt64(size), uuid: Self.label, abstraction: abstraction)
    bytes = [UInt8](repeating: 0, count: size)
  }

  /// Moves the namespace by `distance` bytes.
  mutating func move(by distance: UInt64) {
    extent = NamespaceExtent(
      start: extent.start + distance, size: extent.size, uuid: extent.uuid, abstraction: extent.abstraction)
  }

  /// Changes the label's abstraction; `nil` stands for an unknown GUID.
  mutating func relabel(_ abstraction: NamespaceAbstraction?) {
    extent = NamespaceExtent(start: extent.start, size: extent.size, uuid: extent.uuid, abstraction: abstraction)
  }

  mutating func write(_ block: [UInt8], at offset: UInt64) {
    bytes.replaceSubrange(Int(offset)..<Int(offset) + block.count, with: block)
  }

  /// Changes the info block at `offset`, and makes its checksum valid again.
  mutating func change(_ offset: UInt64, _ change: (inout [UInt8]) -> Void) {
    var block = [UInt8](bytes[Int(offset)..<Int(offset) + InfoBlock.size])
    change(&block)
    block.store(Fletcher64.checksum(block, zeroing: Field("checksum", at: 4088)), at: 4088)
    write(block, at: offset)
  }

  func probe(_ linux: LinuxRelease = .newest) throws -> NamespaceProbe {
    // For a namespace of one page, the search also reads the page behind it.
    let room = bytes + [UInt8](repeating: 0, count: max(0, 8192 - bytes.count))
    return try NamespaceProbe(extent, linux) { offset, count in
      try #require(room.block(at: Int(offset), count: count), "asked for bytes outside of the namespace")
    }
  }

  static func superblock(
    _ signature: InfoBlock.Signature, size: Int = 32 << 20, map: PFNInfoBlock.Map = .device, align: UInt32 = 2 << 20
  ) throws -> NamespaceMedia {
    var media = NamespaceMedia(signature == .pfn ? .fsdax : .devdax, size: size)
    let layout = try #require(PFNLayout(start: 4 << 30, size: UInt64(size), map: map, alignment: align))
    let block = PFNInfoBlock(signature, uuid: uuid, parent: label, map: map, layout: layout)
    media.write(block.encoded, at: PFNInfoBlock.offset)
    return media
  }

  static func table(_ version: BTTInfoBlock.Version = .v2_0, sectorSize: UInt32 = 512) throws -> NamespaceMedia {
    var media = NamespaceMedia(version == .v2_0 ? .btt2 : .btt, size: 17 << 20)
    let start = version.initialOffset
    let arena = try #require(
      BTTArena.arenas(in: media.extent.size - start, sectorSize: sectorSize).first)
    let block = BTTInfoBlock(version: version, uuid: uuid, parent: label, arena: arena).encoded
    for offset in [0, arena.backupOffset] { media.write(block, at: start + offset) }
    media.write(arena.initialLog, at: start + arena.logOffset)
    return media
  }
}

@Suite("What Linux makes of a namespace")
struct NamespaceProbeTests {
  /// Returns personality, size and problem, such as `raw`, `fsdax 29360128`, `disabled raw info-block-refused`.
  static func verdict(_ probe: NamespaceProbe, in extent: NamespaceExtent) -> String {
    let personality =
      switch probe.personality {
      case .raw: "raw"
      case .table(_, let sectorSize, let size): "sector/\(sectorSize) \(size.map(String.init) ?? "-")"
      case .superblock(let block):
        (block.signature == .pfn ? "fsdax " : "devdax ")
          + (block.dataSize(inNamespaceOf: extent.size).map(String.init) ?? "-")
      }
    let problem =
      switch probe.problem {
      case nil: ""
      case .tooSmall: ": too small"
      case .missing(let signature, let offset): ": no \(signature) at \(offset)"
      case .passedOver(_, let defect, _): ": passed over for \(defect)"
      case .refused(_, let defect, _): ": refused for \(defect)"
      case .table(.infoBlock(let defect, let arena)): ": \(defect) of the arena at \(arena)"
      case .table(let defect): ": \(defect)"
      case .unmappable: ": unmappable"
      case .empty: ": empty"
      }
    return (probe.isEnabled ? "" : "disabled ") + personality + problem
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let media: @Sendable () throws -> NamespaceMedia
    let verdict: String

    init(
      _ name: String, _ verdict: String, _ media: @escaping @Sendable () throws -> NamespaceMedia,
      _ change: @escaping @Sendable (inout NamespaceMedia) -> Void = { _ in }
    ) {
      testDescription = name
      self.verdict = verdict
      self.media = {
        var media = try media()
        change(&media)
        return media
      }
    }
  }

  /// The offset of the log in a translation table of 17 MiB with sectors of 512 bytes.
  private static let log = 17 * 1048576 - 4096 - 16384

  static let superblocks = [
    Case("fsdax", "fsdax 31457280", { try .superblock(.pfn) }),
    Case(
      "fsdax, page structures in RAM, 4 KiB", "fsdax 31457280", { try .superblock(.pfn, map: .memory, align: 4096) }),
    Case("devdax", "devdax 31457280", { try .superblock(.dax) }),
    Case(
      "a label that says nothing finds either", "devdax 31457280", { try .superblock(.dax) },
      { $0.relabel(NamespaceAbstraction.none) }),
    Case(
      "a label that says fsdax finds no devdax", "raw: no NVDIMM_PFN_INFO at 4096", { try .superblock(.dax) },
      { $0.relabel(.fsdax) }),
    Case("an abstraction that nobody knows finds nothing", "raw", { try .superblock(.dax) }, { $0.relabel(nil) }),
    Case("no block", "raw: no NVDIMM_PFN_INFO at 4096", { NamespaceMedia(.fsdax, size: 16 << 20) }),
    Case("no block, and no wish for one", "raw", { NamespaceMedia(.none, size: 16 << 20) }),
    Case(
      "of another label", "raw: passed over for parent(01020304-0506-0708-090A-0B0C0D0E0F10)",
      { try .superblock(.pfn) }, { $0.change(4096) { $0.replaceSubrange(32..<48, with: 1...16) } }),
    Case(
      "misaligned in the guest's memory", "disabled raw: refused for misalignedStart(4294971392)",
      { try .superblock(.pfn, map: .memory, align: 4096) },
      { $0.move(by: 4096) }),
    Case(
      "no room for the superblock in front of the data", "disabled fsdax 33550336: unmappable",
      { try .superblock(.pfn, map: .memory, align: 4096) }, { $0.change(4096) { $0.store(UInt64(4096), at: 56) } }),
    Case(
      "devdax of a version that has no alignment", "disabled devdax 31457280: unmappable", { try .superblock(.dax) },
      { $0.change(4096) { $0.store(UInt16(1), at: 54) } }),
    Case("3 KiB", "disabled raw: too small", { NamespaceMedia(.fsdax, size: 3072) }),
    Case("4 KiB", "raw: no NVDIMM_PFN_INFO at 4096", { NamespaceMedia(.fsdax, size: 4096) }),
  ]

  static let tables = [
    Case("sector", "sector/512 17527808", { try .table() }),
    Case("sector 4104", "sector/4104 16457728", { try .table(sectorSize: 4104) }),
    Case("version 1.1", "sector/520 15575552", { try .table(.v1_1, sectorSize: 520) }),
    Case(
      "a label that says nothing finds 1.1", "sector/512 17523712", { try .table(.v1_1) },
      { $0.relabel(NamespaceAbstraction.none) }),
    Case(
      "a label that says nothing does not find 2.0", "raw", { try .table() }, { $0.relabel(NamespaceAbstraction.none) }),
    Case(
      "1.1 where 2.0 belongs", "raw: passed over for version(major: 1, minor: 1)", { try .table() },
      { $0.change(0) { $0.store(UInt32(0x1_0001), at: 52) } }),
    Case("no arena's worth", "raw: no BTT_ARENA_INFO at 0", { NamespaceMedia(.btt2, size: 15 << 20) }),
    Case(
      "no sector size", "disabled sector/0 -: noSectorSize", { try .table() },
      { $0.change(0) { $0.store(UInt32(0), at: 56) } }),
    Case(
      "a sector size that nobody offers", "sector/100 17527808", { try .table() },
      { $0.change(0) { $0.store(UInt32(100), at: 56) } }),
    Case(
      "fewer free blocks than lanes", "disabled sector/512 -: freeBlocks(255, arena: 0)", { try .table() },
      { $0.change(0) { $0.store(UInt32(255), at: 72) } }),
    Case(
      "a second arena that is not there",
      "disabled sector/512 -: signature of the arena at 8388608",
      { try .table() }, { $0.change(0) { $0.store(UInt64(8 << 20), at: 80) } }),
    Case(
      "a log that is not inside", "disabled sector/512 -: outside(arena: 0)", { try .table() },
      { $0.change(0) { $0.store(UInt64.max - 4095, at: 104) } }),
    Case(
      "a log of zeros", "disabled sector/512 -: log(lane: 0, arena: 0)", { try .table() },
      { $0.write([UInt8](repeating: 0, count: 16384), at: UInt64(log)) }),
    Case(
      "a lane with the same sequence number twice", "disabled sector/512 -: log(lane: 3, arena: 0)",
      { try .table() },
      { media in
        for entry in [0, 16] {
          for word in [12, 3, 2, 1] { media.bytes.store(UInt32(7 - word / 4), at: log + 3 * 64 + entry + word / 4 * 4) }
        }
        media.bytes.store(UInt32(1), at: log + 3 * 64 + 12)
        media.bytes.store(UInt32(1), at: log + 3 * 64 + 28)
      }),
    Case(
      "a lane that has been written to", "sector/512 17527808", { try .table() },
      { media in
        for (word, value) in [UInt32(9), 0xc000_0002, 0xc000_0003, 2].enumerated() {
          media.bytes.store(value, at: log + 64 + 16 + word * 4)
        }
      }),
    Case(
      "a write whose map entry is not inside", "disabled sector/512 -: outside(arena: 0)", { try .table() },
      { media in
        for (word, value) in [UInt32(1 << 29), 2, 3, 2].enumerated() {
          media.bytes.store(value, at: log + 64 + 16 + word * 4)
        }
      }),
    Case(
      "the third entry, as older kernels wrote it", "sector/512 17527808", { try .table() },
      { media in
        for (word, value) in [UInt32(9), 2, 3, 2].enumerated() {
          media.bytes.store(value, at: log + 64 + 32 + word * 4)
        }
      }),
  ]

  @Test("superblocks", arguments: superblocks)
  func superblock(example: Case) throws {
    let media = try example.media()
    #expect(Self.verdict(try media.probe(), in: media.extent) == example.verdict)
  }

  @Test("translation tables", arguments: tables)
  func table(example: Case) throws {
    let media = try example.media()
    #expect(Self.verdict(try media.probe(), in: media.extent) == example.verdict)
  }

  @Test("a probe reads little, stays inside, and survives whatever is there")
  func fuzz() throws {
    var generator = SeededGenerator(fuzzing: "namespaces")
    let seeds = try [
      NamespaceMedia.superblock(.pfn, size: 17 << 20), .superblock(.dax, size: 18 << 20, map: .memory, align: 4096),
      .table(), .table(.v1_1, sectorSize: 4104),
    ]
    let extremes: [UInt64] = [0, 1, 255, 256, 4095, 65536, 1 << 24, 1 << 31, 1 << 32, .max >> 1, .max - 4095, .max]
    var verdicts: Set<String> = []
    for _ in 0..<SeededGenerator.count(default: 2000, optimized: 20_000) {
      guard let seed = seeds.randomElement(using: &generator) else { continue }
      var block = try seed.infoBlock
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        let value = Bool.random(using: &generator) ? extremes.randomElement(using: &generator) ?? 0 : generator.next()
        let field = [48, 52, 56, 64, 72, 76, 80, 84, 88, 96, 104, 112].randomElement(using: &generator) ?? 56
        if Bool.random(using: &generator) {
          block.store(UInt32(truncatingIfNeeded: value), at: field)
        } else {
          block.store(value, at: field)
        }
      }
      block.store(Fletcher64.checksum(block, zeroing: Field("checksum", at: 4088)), at: 4088)
      let changed = block
      let noise = (0..<Int.random(in: 0...2, using: &generator)).map { _ in
        (
          at: UInt64(Self.log) + UInt64.random(in: 0..<16384, using: &generator),
          byte: UInt8.random(in: 0...255, using: &generator)
        )
      }
      var bytesRead = 0
      let probe = try NamespaceProbe(seed.extent) { offset, count in
        bytesRead += count
        var bytes = try #require(seed.bytes.block(at: Int(offset), count: count), "outside of the namespace")
        if offset == seed.blockOffset { bytes = changed }
        for (place, byte) in noise where place >= offset && place - offset < UInt64(count) {
          bytes[Int(place - offset)] = byte
        }
        return bytes
      }
      verdicts.insert(Self.verdict(probe, in: seed.extent).prefix { $0 != "(" }.description)
      #expect(bytesRead <= 2 * seed.bytes.count)
    }
    // The fuzzing met both accepted and refused blocks.
    #expect(verdicts.count > 10)
  }
}

extension NamespaceMedia {
  fileprivate var blockOffset: UInt64 { extent.abstraction == .btt2 ? 0 : 4096 }

  fileprivate var infoBlock: [UInt8] {
    get throws { try #require(bytes.block(at: Int(blockOffset), count: InfoBlock.size)) }
  }
}
