import Basics
import PersistentMemory

/// A kind of damage to a backend. Checksums are often updated afterwards, so that nothing else is wrong.
enum Damage: CaseIterable {
  case indexField, indexByte, sequence, bothIndexes, bitmap
  case labelField, labelByte, duplicate, emptyLabel, identifier, cookie
  case blockField, blockByte, blockMoved, logWord

  func apply(to dimm: inout GeneratedDIMM, using generator: inout SplitMix64) {
    dimm.history.append("\(self)")
    switch self {
    case .indexField:
      let places = [16, 19, 20, 24, 32, 40, 48, 56, 60, 62]
      change(index: .random(in: 0...1, using: &generator), of: &dimm, &generator) { block, generator in
        Self.overwrite(&block, at: places.randomElement(using: &generator) ?? 0, &generator)
      }
    case .indexByte, .labelByte:
      guard !dimm.area.isEmpty else { return }
      dimm.area[Int.random(in: 0..<min(2048, dimm.area.count), using: &generator)] = .random(
        in: 0...255, using: &generator)
    case .sequence:
      for index in 0...1 {
        change(index: index, of: &dimm, &generator, isSummed: true) { block, generator in
          block[Field<UInt8>("seq", at: 20)] = .random(in: 0...3, using: &generator)
        }
      }
    case .bothIndexes:
      for index in 0...1 {
        change(index: index, of: &dimm, &generator, isSummed: false) { block, _ in block[64] ^= 1 }
      }
    case .bitmap:
      let bit = Int.random(in: 0..<12, using: &generator)
      for index in 0...1 {
        change(index: index, of: &dimm, &generator, isSummed: true) { block, _ in
          block[72 + bit / 8] ^= 1 << UInt8(bit % 8)
        }
      }
    case .labelField, .duplicate, .emptyLabel, .identifier, .cookie: changeLabel(of: &dimm, &generator)
    case .blockField, .blockByte, .blockMoved, .logWord: changePage(of: &dimm, &generator)
    }
  }

  /// Writes an edge value at `offset`, of a width for which the offset is aligned.
  private static func overwrite(_ block: inout [UInt8], at offset: Int, _ generator: inout SplitMix64) {
    let edges: [UInt64] = [
      0, 1, 2, 3, 4, 7, 72, 128, 256, 512, 4095, 4096, 8192, 1 << 20, 2 << 20, 16 << 20, 32 << 20, 0x7fff_ffff,
      0x8000_0000, 0xffff_ffff, 1 << 32, 1 << 62, .max - 4095, .max - 1, .max,
    ]
    let old: UInt64 = block.load(at: min(offset, block.count - 8))
    let value =
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: generator.next()
      case 1: old &+ UInt64.random(in: 0...4, using: &generator) &- 2
      default: edges.randomElement(using: &generator) ?? 0
      }
    if offset.isMultiple(of: 8) {
      block.store(value, at: offset)
    } else if offset.isMultiple(of: 4) {
      block.store(UInt32(truncatingIfNeeded: value), at: offset)
    } else if offset.isMultiple(of: 2) {
      block.store(UInt16(truncatingIfNeeded: value), at: offset)
    } else {
      block[offset] = UInt8(truncatingIfNeeded: value)
    }
  }

  /// Changes an index block of the area, if it has any.
  private func change(
    index number: Int, of dimm: inout GeneratedDIMM, _ generator: inout SplitMix64, isSummed: Bool? = nil,
    _ body: (inout [UInt8], inout SplitMix64) -> Void
  ) {
    guard let geometry = (try? LabelArea(dimm.area))?.geometry else { return }
    let range = geometry.indexOffset(number)..<geometry.indexOffset(number) + geometry.indexSize
    var block = [UInt8](dimm.area[range])
    body(&block, &generator)
    let sum = IndexBlock.Fields.checksum
    if isSummed ?? Bool.random(using: &generator) { block[sum] = Fletcher64.checksum(block, zeroing: sum) }
    dimm.area.replaceSubrange(range, with: block)
  }

  private func changeLabel(of dimm: inout GeneratedDIMM, _ generator: inout SplitMix64) {
    guard let area = try? LabelArea(dimm.area), let slot = area.usedSlots.randomElement(using: &generator),
      let label = area.label(in: slot)
    else { return }
    var bytes = label.bytes
    var slots = [slot]
    switch self {
    case .labelField:
      let places = [80, 84, 86, 88, 96, 104, 112, 120, 124].filter { $0 < bytes.count }
      Self.overwrite(&bytes, at: places.randomElement(using: &generator) ?? 104, &generator)
    case .duplicate:
      // The index blocks do not list it yet.
      let free = (0..<12).filter { !area.usedSlots.contains($0) }
      guard let other = free.randomElement(using: &generator) else { return }
      slots = [other]
      bytes[NamespaceLabel.Fields.slot] = UInt32(other)
      if Bool.random(using: &generator) { bytes.replaceSubrange(0..<16, with: GeneratedDIMM.uuid(&generator).bytes) }
      if Bool.random(using: &generator) { bytes[NamespaceLabel.Fields.dpa] = dimm.regionSize / 2 }
      for index in 0...1 {
        change(index: index, of: &dimm, &generator, isSummed: true) { block, _ in
          block[72 + other / 8] &= ~(1 << UInt8(other % 8))
        }
      }
    case .emptyLabel: bytes = [UInt8](repeating: 0, count: bytes.count)
    case .cookie:
      let cookies = InterleaveSetCookie(virtualSlot: dimm.slot + Int.random(in: 0...1, using: &generator))
      bytes[NamespaceLabel.Fields.cookie] = Bool.random(using: &generator) ? cookies.v1_1 : cookies.v1_2
    default:
      guard label.isLong else { return }
      let abstractions = NamespaceAbstraction.allCases.map(\.guid) + [GeneratedDIMM.uuid(&generator)]
      let types = NamespaceType.allCases.map(\.guid)
      let isType = Int.random(in: 0..<4, using: &generator) == 0
      let guid = (isType ? types : abstractions).randomElement(using: &generator) ?? .zero
      let offset = isType ? NamespaceLabel.Offsets.type : NamespaceLabel.Offsets.abstraction
      bytes.replaceSubrange(offset..<offset + 16, with: guid.guidBytes)
    }
    let sum = NamespaceLabel.Fields.checksum
    if label.isLong, self != .labelField || Int.random(in: 0..<4, using: &generator) > 0 {
      bytes[sum] = Fletcher64.checksum(bytes, zeroing: sum)
    }
    for slot in slots {
      let start = area.geometry.offset(ofSlot: slot)
      dimm.area.replaceSubrange(start..<start + bytes.count, with: bytes)
    }
  }

  private func changePage(of dimm: inout GeneratedDIMM, _ generator: inout SplitMix64) {
    guard let number = dimm.pages.indices.randomElement(using: &generator) else { return }
    var bytes = dimm.pages[number].bytes
    let sum = Field<UInt64>("checksum", at: 4088)
    switch self {
    case .blockField:
      let places = [16, 32, 48, 52, 54, 56, 60, 64, 68, 72, 76, 80, 84, 88, 92, 96, 104, 112]
      Self.overwrite(&bytes, at: places.randomElement(using: &generator) ?? 56, &generator)
      if Int.random(in: 0..<4, using: &generator) > 0, bytes.count == 4096 {
        bytes[sum] = Fletcher64.checksum(bytes, zeroing: sum)
      }
    case .blockByte, .logWord:
      let offset = Int.random(in: 0..<bytes.count / 4, using: &generator) * 4
      bytes.store(UInt32.random(in: 0...5, using: &generator), at: offset)
    default:
      if let other = dimm.pages.randomElement(using: &generator) { bytes = other.bytes }
    }
    dimm.pages[number].bytes = bytes
  }
}
