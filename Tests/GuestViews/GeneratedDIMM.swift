import Basics
import FoundationEssentials
import PersistentMemory
import SystemPackage

/// A DIMM whose backend has contents, possibly damaged.
struct GeneratedDIMM {
  /// Bytes of the region, without those of a page or more that are zero.
  struct Page {
    let offset: UInt64
    var bytes: [UInt8]
  }

  let slot: Int
  let regionSize: UInt64
  let labelSize: Int?
  /// The label area; empty without one.
  var area: [UInt8]
  var pages: [Page] = []
  /// How the backend came to its state.
  var history: [String] = []

  /// S, a multiple of the page size.
  var size: UInt64 { (regionSize + UInt64(labelSize ?? 0) + 4095) / 4096 * 4096 }

  /// The offset of the label area. A gap of less than a page may precede it.
  var areaOffset: UInt64 { size - UInt64(labelSize ?? 0) }

  /// Makes a blank DIMM.
  init(slot: Int, regionSize: UInt64, labelSize: Int?) {
    self.slot = slot
    self.regionSize = regionSize
    self.labelSize = labelSize
    area = [UInt8](repeating: 0, count: labelSize ?? 0)
  }

  init(slot: Int, base: UInt64, isAligned: Bool, using generator: inout SplitMix64) throws {
    let regionSize = Self.regionSize(isAligned, &generator)
    let hasLabels = Int.random(in: 0..<8, using: &generator) > 0
    self.init(
      slot: slot, regionSize: regionSize, labelSize: hasLabels ? Self.labelSizes.randomElement(using: &generator) : nil)
    history = ["region \(regionSize) at \(base.hex)", "label area \(labelSize ?? 0)"]
    switch Int.random(in: 0..<12, using: &generator) {
    case 0: history.append("blank")
    case 1, 2: standAlone(at: base, using: &generator)
    case 3:
      history.append("noise")
      for index in area.indices.prefix(4096) { area[index] = UInt8.random(in: 0...255, using: &generator) }
    default:
      if labelSize == nil {
        standAlone(at: base, using: &generator)
      } else {
        try provision(at: base, using: &generator)
      }
    }
    for _ in 0..<([0, 0, 0, 1, 1, 1, 1, 2, 3].randomElement(using: &generator) ?? 0) {
      Damage.allCases.randomElement(using: &generator)?.apply(to: &self, using: &generator)
    }
  }

  /// The sizes of label areas, some of them not a multiple of a page or even of a word.
  static let labelSizes =
    [128, 128, 128, 132, 160, 192, 256, 512, 1024, 1724, 2048, 3000, 5120].map { $0 << 10 }
    + [131_072 + 512, 131_073, 131_072 + 300, 200_000]

  private static func regionSize(_ isAligned: Bool, _ generator: inout SplitMix64) -> UInt64 {
    let unit: UInt64 = 16 << 20
    switch isAligned ? 0 : Int.random(in: 0..<6, using: &generator) {
    case 0, 1: return .random(in: 1...5, using: &generator) * unit
    case 2, 3: return .random(in: 1...40, using: &generator) * (2 << 20)
    case 4: return .random(in: 1...20000, using: &generator) * 4096
    default: return .random(in: 1...16, using: &generator) * 4096
    }
  }

  /// Writes the info block of a region without labels, as `ndctl create-namespace --no-autolabel` does.
  private mutating func standAlone(at base: UInt64, using generator: inout SplitMix64) {
    let mode = NamespaceMode.allCases.randomElement(using: &generator) ?? .raw
    history.append("\(mode) without labels")
    let uuid = Self.uuid(&generator)
    switch mode {
    case .raw: break
    case .sector:
      let sectorSize = mode.sectorSizes.randomElement(using: &generator) ?? 4096
      guard regionSize > 4096, let arena = BTTArena.arenas(in: regionSize - 4096, sectorSize: sectorSize).first else {
        return
      }
      pages = [
        Page(offset: 4096, bytes: BTTInfoBlock(version: .v1_1, uuid: uuid, parent: .zero, arena: arena).encoded),
        Page(offset: 4096 + arena.logOffset, bytes: arena.initialLog),
      ]
    case .fsdax, .devdax:
      let map = PFNInfoBlock.Map.allCases.randomElement(using: &generator) ?? .memory
      let alignment: UInt32 = [4096, 2 << 20].randomElement(using: &generator) ?? 4096
      guard let signature = mode.superblock,
        let layout = PFNLayout(start: base, size: regionSize, map: map, alignment: alignment)
          ?? PFNLayout(start: 4 << 30, size: regionSize, map: map, alignment: alignment)
      else { return }
      pages = [
        Page(
          offset: 4096, bytes: PFNInfoBlock(signature, uuid: uuid, parent: .zero, map: map, layout: layout).encoded)
      ]
    }
  }

  static func uuid(_ generator: inout SplitMix64) -> UUID {
    UUID((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }, at: 0)
  }

  /// Writes the backend, with holes in place of zeros.
  func write(to path: FilePath) throws {
    try path.write([])
    let file = try FileDescriptor.open(path, .writeOnly)
    try file.closeAfter {
      try file.resize(to: Int64(size))
      for page in pages { _ = try file.writeAll(toAbsoluteOffset: Int64(page.offset), page.bytes) }
      if area.contains(where: { $0 != 0 }) { _ = try file.writeAll(toAbsoluteOffset: Int64(areaOffset), area) }
    }
  }
}
