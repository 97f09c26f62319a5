import Basics
import FoundationEssentials
package import PersistentMemory

/// Label areas that no program would write.
package enum FuzzedLabels {
  /// Numbers at the limits of the code's computations.
  private static let edges: [UInt64] = [
    0, 1, 2, 3, 71, 72, 128, 255, 256, 511, 512, 4095, 4096, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 32,
    134_217_727, 134_217_728, 1 << 62, .max - 4095, .max - 1, .max,
  ]

  package static func edge(_ generator: inout SeededGenerator) -> UInt64 {
    Bool.random(using: &generator) ? edges.randomElement(using: &generator) ?? 0 : generator.next()
  }

  /// Returns a well-formed area whose labels hold edge values, with some index and label fields changed and their
  /// checksums updated.
  ///
  /// By default, its size is enough for a few labels.
  package static func wellFormed(_ generator: inout SeededGenerator, size: Int? = nil) throws -> [UInt8] {
    let version = LabelVersion.allCases.randomElement(using: &generator) ?? .v1_2
    let size = size ?? Int.random(in: 4...16, using: &generator) * 256
    guard let geometry = LabelGeometry(areaSize: size, labelSize: version.labelSize) else {
      preconditionFailure("an area of \(size) bytes has no room for labels")
    }
    let cookie = InterleaveSetCookie(virtualSlot: 0)
    let labels = (0..<Int.random(in: 0..<min(8, geometry.slotCount), using: &generator)).map { number in
      var label = NamespaceLabel(blank: version)
      label.uuid = UUID([UInt8](repeating: UInt8(Int.random(in: 0...4, using: &generator)), count: 16), at: 0)
      label[NamespaceLabel.Fields.setSize] = 1
      label[NamespaceLabel.Fields.cookie] = version == .v1_1 ? cookie.v1_1 : cookie.v1_2
      label[NamespaceLabel.Fields.dpa] = UInt64(number) << 24
      label[NamespaceLabel.Fields.rawSize] = 1 << 24
      label.set(type: NamespaceType.pmem.guid, abstraction: NamespaceAbstraction.none.guid)
      if Int.random(in: 0...3, using: &generator) == 0 { label[NamespaceLabel.Fields.dpa] = edge(&generator) }
      if Int.random(in: 0...3, using: &generator) == 0 { label[NamespaceLabel.Fields.rawSize] = edge(&generator) }
      if Int.random(in: 0...7, using: &generator) == 0 {
        label[Field<UInt16>("any", at: Int.random(in: 0..<60, using: &generator) * 2)] =
          UInt16(truncatingIfNeeded: edge(&generator))
      }
      return label
    }
    let area = try LabelArea.encoded(version, size: size, labels: labels).array
    return Bool.random(using: &generator) ? area : changingAnIndex(of: area, geometry, &generator)
  }

  /// Returns the area with an edge value somewhere in the header of an index block, whose checksum is updated.
  package static func changingAnIndex(
    of area: [UInt8], _ geometry: LabelGeometry, _ generator: inout SeededGenerator
  ) -> [UInt8] {
    let number = Int.random(in: 0...1, using: &generator)
    var block = IndexBlock(number, of: area, in: geometry)
    let offset = Int.random(in: 0..<IndexBlock.headerSize / 4 + 4, using: &generator) * 4
    block[Field<UInt32>("any", at: offset)] = UInt32(truncatingIfNeeded: edge(&generator))
    block[IndexBlock.Fields.checksum] = block.expectedChecksum
    let start = geometry.indexOffset(number)
    return area[..<start] + block.bytes + area[(start + block.bytes.count)...]
  }

  package static func mutating(_ area: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var area = area
    for _ in 0..<Int.random(in: 1...8, using: &generator) {
      // Most of an area is unused; the important part is at its beginning.
      let end = Bool.random(using: &generator) ? min(area.count, 2048) : area.count
      area[Int.random(in: 0..<end, using: &generator)] = UInt8(truncatingIfNeeded: generator.next())
    }
    return area
  }
}
