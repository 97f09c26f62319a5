import Basics
import FoundationEssentials
import PersistentMemory

/// The label area of a generated DIMM, with functions that change single fields and update the checksums.
struct TamperedLabels {
  private(set) var bytes: [UInt8]
  let geometry: LabelGeometry
  let version: LabelVersion
  let regionSize: UInt64
  /// The DIMM slot.
  let dimmSlot: Int

  init(_ bytes: [UInt8], _ version: LabelVersion, regionSize: UInt64, dimmSlot: Int) throws {
    self.bytes = bytes
    self.version = version
    self.regionSize = regionSize
    self.dimmSlot = dimmSlot
    geometry = try LabelArea(bytes).geometry
  }

  /// Changes index blocks, by default both, and updates their checksums if `isSummed`.
  mutating func index(_ numbers: [Int] = [0, 1], isSummed: Bool = true, _ change: (inout [UInt8]) -> Void) {
    for number in numbers {
      var block = indexBlock(number)
      change(&block)
      if isSummed { Self.sumUp(&block, IndexBlock.Fields.checksum) }
      put(block, inIndex: number)
    }
  }

  func indexBlock(_ number: Int) -> [UInt8] {
    [UInt8](bytes[geometry.indexOffset(number)..<geometry.indexOffset(number) + geometry.indexSize])
  }

  mutating func put(_ block: [UInt8], inIndex number: Int) { put(block, at: geometry.indexOffset(number)) }

  /// Changes the label in `slot`.
  mutating func label(_ slot: Int, isSummed: Bool = true, _ change: (inout [UInt8]) -> Void) {
    var label = labelBytes(slot)
    change(&label)
    if isSummed, label.count > 128 { Self.sumUp(&label, NamespaceLabel.Fields.checksum) }
    put(label, inSlot: slot)
  }

  func labelBytes(_ slot: Int) -> [UInt8] {
    let offset = geometry.offset(ofSlot: slot)
    return [UInt8](bytes[offset..<offset + geometry.labelSize])
  }

  mutating func put(_ label: [UInt8], inSlot slot: Int) { put(label, at: geometry.offset(ofSlot: slot)) }

  /// Stores `value` in a field of the label in `slot`.
  mutating func set<Value>(_ field: Field<Value>, _ value: Value, inSlot slot: Int) {
    label(slot) { $0[field] = value }
  }

  /// Copies the label in `slot` to `other`, sets its slot number to `other`, and marks that slot as used.
  mutating func copy(_ slot: Int, to other: Int, _ change: (inout [UInt8]) -> Void = { _ in }) {
    put(labelBytes(slot), inSlot: other)
    label(other) {
      $0[NamespaceLabel.Fields.slot] = UInt32(other)
      change(&$0)
    }
    mark([other], used: true)
  }

  mutating func mark(_ slots: [Int], used: Bool, in numbers: [Int] = [0, 1]) {
    index(numbers) { block in
      for slot in slots {
        let (byte, bit) = (IndexBlock.headerSize + slot / 8, UInt8(1) << UInt8(slot % 8))
        if used { block[byte] &= ~bit } else { block[byte] |= bit }
      }
    }
  }

  var isLong: Bool { geometry.labelSize > 128 }

  private mutating func put(_ part: [UInt8], at offset: Int) {
    bytes.replaceSubrange(offset..<offset + part.count, with: part)
  }

  private static func sumUp(_ part: inout [UInt8], _ field: Field<UInt64>) {
    part[field] = Fletcher64.checksum(part, zeroing: field)
  }
}
