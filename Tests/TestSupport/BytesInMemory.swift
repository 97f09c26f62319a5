package import PersistentMemory

/// Tests make and change label areas in memory.
extension IndexBlock {
  package init(_ number: Int, of area: [UInt8], in geometry: LabelGeometry) {
    self.init(number, of: SparseBytes(area), in: geometry)
  }
}

extension NamespaceLabel {
  package init(slot: Int, of area: [UInt8], in geometry: LabelGeometry) {
    self.init(slot: slot, of: SparseBytes(area), in: geometry)
  }
}

extension SparseBytes {
  package static func == (left: SparseBytes, right: [UInt8]) -> Bool { left == SparseBytes(right) }
  package static func != (left: SparseBytes, right: [UInt8]) -> Bool { left != SparseBytes(right) }
}
