package import PersistentMemory

extension LabelledBackend {
  /// Moves the labels to the label area of `target`, which is another S of the same backend, with its label size.
  ///
  /// This backend is the one that the labels were written for, before S was changed. `occupant` is the present contents
  /// of the target's area. It must not be labels and, outside the bytes that were mapped before, must be zeros.
  package func relocated(
    to target: BackendGeometry, occupant: SparseBytes
  ) throws(MigrationRefusal) -> LabelAreaChange {
    guard length >= target.mappedSize else {
      throw .shorterThanMapped(length: length, mappedSize: target.mappedSize)
    }
    let bytes = try relaidOut(size: target.labelSize)
    guard target.mappedSize != geometry.mappedSize else { return change(to: bytes, endingAt: target.mappedSize) }
    try checkRoom(in: target)
    try checkShown(bytes, in: target)
    let offset = target.mappedSize - target.labelSize
    try Self.checkNoLabels(occupant, at: offset)
    // The bytes inside the old mapped size belong to a guest or to the old labels; those after it must be zero.
    let own = offset < geometry.mappedSize ? Int(min(UInt64(occupant.count), geometry.mappedSize - offset)) : 0
    if let index = occupant.firstNonzero(from: own) { throw .dataAtTarget(offset: offset + UInt64(index)) }
    return change(to: bytes, endingAt: target.mappedSize)
  }

  /// Writes the labels to the backend `other`, to which the namespaces are, or will be, copied byte by byte.
  ///
  /// The change is one of the other backend. `occupant` is the present contents of its label area; it must not be
  /// labels.
  package func copied(
    to other: BackendGeometry, length otherLength: UInt64, occupant: SparseBytes
  ) throws(MigrationRefusal) -> LabelAreaChange {
    guard otherLength >= other.mappedSize else {
      throw .shorterThanMapped(length: otherLength, mappedSize: other.mappedSize)
    }
    let bytes = try relaidOut(size: other.labelSize)
    try checkRoom(in: other)
    try checkShown(bytes, in: other)
    let offset = other.mappedSize - other.labelSize
    try Self.checkNoLabels(occupant, at: offset)
    return LabelAreaChange(
      before: LabelAreaPlacement(offset: offset, bytes: occupant),
      after: LabelAreaPlacement(offset: offset, bytes: bytes),
      lengthBefore: otherLength, lengthAfter: otherLength)
  }

  /// Removes the label area, to be kept in a file. The rest is a backend without labels, whose guest sees the same
  /// region.
  ///
  /// Without its labels, that guest sees one namespace; `UnlabelledBackend.joined(with:)` restores all namespaces.
  package func split() throws(MigrationRefusal) -> LabelAreaChange {
    let tail = length - geometry.mappedSize
    guard !isFile || tail == 0 else { throw .tail(tail) }
    return LabelAreaChange(
      before: placement, after: nil, lengthBefore: length, lengthAfter: isFile ? placement.offset : length)
  }

  private static func checkNoLabels(_ occupant: SparseBytes, at offset: UInt64) throws(MigrationRefusal) {
    guard let area = try? LabelArea(occupant), !area.usedSlots.isEmpty else { return }
    throw .labelsAtTarget(count: area.usedSlots.count, offset: offset)
  }
}
