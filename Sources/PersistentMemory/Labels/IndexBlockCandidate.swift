import Basics

/// A signature in a backend, and the label area that its index block describes if it is one.
struct IndexBlockCandidate {
  private typealias Fields = IndexBlock.Fields

  let offset: UInt64
  let locator: LabelAreaLocator

  /// A signature at `offset`; nil where no index block fits behind it.
  init?(at offset: UInt64, in locator: LabelAreaLocator) {
    guard offset <= locator.length, locator.length - offset >= UInt64(IndexBlock.headerSize) else { return nil }
    self.offset = offset
    self.locator = locator
  }

  /// The area that the block proves or, failing that, makes likely.
  func area<Failure: Error>(
    _ read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> LocatedLabelArea? {
    let header = try read(offset, IndexBlock.headerSize)
    for (start, geometry) in described(by: header) {
      guard UInt64(geometry.indexSize) <= locator.length - offset else { continue }
      let number = start == offset ? 0 : 1
      let bytes = try read(offset, geometry.indexSize)
      guard IndexBlock(bytes).firstDefect(as: number, in: geometry) == nil else { continue }
      return LocatedLabelArea(offset: start, size: geometry.areaSize, isIntact: true)
    }
    return likely(header)
  }

  /// The areas that the header can belong to: one that reaches to the end of the backend, or else one just large
  /// enough for its slots.
  private func described(by header: [UInt8]) -> [(start: UInt64, geometry: LabelGeometry)] {
    let ownOffset = header[Fields.ownOffset]
    let indexSize = ownOffset == 0 ? header[Fields.otherOffset] : ownOffset
    guard let labelSize = IndexBlock(header).labelSize.flatMap({ Int(exactly: $0) }),
      LabelGeometry.labelSizes.contains(labelSize), ownOffset <= offset,
      let blockSize = Int(exactly: indexSize), blockSize <= LabelGeometry.largestArea
    else { return [] }
    let start = offset - ownOffset
    let slots = Int(header[Fields.slotCount])
    let sizes = [start < locator.end ? locator.end - start : 0, UInt64(2 * blockSize + slots * labelSize)]
    // QEMU maps whole pages, and no area reaches beyond the last one.
    return (locator.end.isMultiple(of: 4096) ? sizes : sizes.reversed()).compactMap { size in
      guard size <= UInt64(LabelGeometry.largestArea),
        let geometry = LabelGeometry(areaSize: Int(size), labelSize: labelSize), geometry.indexSize == blockSize
      else { return nil }
      return (start, geometry)
    }
  }

  /// The area whose damaged index block this may be: one that ends the backend, of a size that people choose.
  private func likely(_ header: [UInt8]) -> LocatedLabelArea? {
    let blockSize = min(max(header[Fields.size].alignedDown(to: 256), 256), 1 << 20)
    for start in [offset, offset >= blockSize ? offset - blockSize : offset] where start < locator.end {
      let size = locator.end - start
      let isUsual = size.isMultiple(of: 4096) && size >= BackendGeometry.smallestLabelSize || start == 0
      guard isUsual, size <= UInt64(LabelGeometry.largestArea),
        LabelGeometry(areaSize: Int(size), labelSize: 256) != nil
      else { continue }
      return LocatedLabelArea(offset: start, size: Int(size), isIntact: false)
    }
    return nil
  }
}
