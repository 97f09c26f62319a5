package import PersistentMemory

/// A backend with a label area, to the extent that a change of its labels depends on it.
///
/// Every change is planned from such a backend and a request. A plan moves no byte that a namespace owns.
package struct LabelledBackend: Sendable {
  package let area: LabelArea
  /// The present S, L, A and R.
  package let geometry: BackendGeometry
  /// The length F of the backend in bytes.
  package let length: UInt64
  /// Whether the backend is a file; the length of a device is fixed.
  package let isFile: Bool

  /// The labels that Linux takes into account, in the order of their slots.
  let labels: [NamespaceLabel]

  /// `area` must be as long as `geometry` says. Throws if the area has to be repaired first.
  package init(
    _ area: LabelArea, geometry: BackendGeometry, length: UInt64, isFile: Bool = true
  ) throws(MigrationRefusal) {
    precondition(UInt64(area.bytes.count) == geometry.labelSize, "an area of another size than the geometry's")
    guard length >= geometry.mappedSize else {
      throw .shorterThanMapped(length: length, mappedSize: geometry.mappedSize)
    }
    let probe = DIMMProbe(area)
    switch probe.outcome {
    case .labelled: break
    case .labelless: guard area.isBlank else { throw .damagedIndexes }
    case .refused(let refusal): throw .damagedDIMM(refusal)
    }
    self.area = area
    self.geometry = geometry
    self.length = length
    self.isFile = isFile
    labels = probe.outcome == .labelled ? probe.labels : []
  }

  /// Creates the backend as `change` leaves it, so that another change can be planned; `nil` if it leaves no labels.
  ///
  /// `alignment` is A.
  package init?(
    after change: LabelAreaChange, alignment: UInt64, isFile: Bool = true
  ) throws(MigrationRefusal) {
    guard let after = change.after else { return nil }
    let geometry: BackendGeometry
    let area: LabelArea
    do throws(GeometryError) {
      geometry = try BackendGeometry(
        mappedSize: after.end, labelSize: UInt64(after.bytes.count), alignment: alignment)
    } catch { throw .geometry(error) }
    do throws(LabelAreaError) { area = try LabelArea(after.bytes) } catch { throw .labelArea(error) }
    try self.init(area, geometry: geometry, length: change.lengthAfter, isFile: isFile)
  }

  var placement: LabelAreaPlacement {
    LabelAreaPlacement(offset: geometry.mappedSize - geometry.labelSize, bytes: area.bytes)
  }

  /// The namespaces whose bytes must stay out of a new label area. A DIMM without labels is one namespace.
  package var namespaces: [NamespaceIdentity] {
    area.isBlank ? [NamespaceIdentity(wholeRegion: geometry.regionSize)] : labels.map { NamespaceIdentity($0) }
  }

  /// Returns the change to `bytes`, which end at `end`, in a backend of this length or of `newLength`.
  func change(to bytes: SparseBytes, endingAt end: UInt64, length newLength: UInt64? = nil) -> LabelAreaChange {
    LabelAreaChange(
      before: placement, after: LabelAreaPlacement(offset: end - UInt64(bytes.count), bytes: bytes),
      lengthBefore: length, lengthAfter: newLength ?? length)
  }

  /// Returns the change to `bytes` in the same place.
  func change(to bytes: SparseBytes) -> LabelAreaChange { change(to: bytes, endingAt: geometry.mappedSize) }

  /// Throws if a namespace that lies in the present region would end beyond the region of `target`.
  func checkRoom(in target: BackendGeometry) throws(MigrationRefusal) {
    for namespace in namespaces {
      guard let end = namespace.end, end <= geometry.regionSize, end > target.regionSize else { continue }
      throw .namespaceInTheWay(namespace, end: end, limit: target.regionSize)
    }
  }

  /// Returns the labels in an area of `size` bytes, from slot 0 on, under an index of the same version.
  func relaidOut(size: UInt64) throws(MigrationRefusal) -> SparseBytes {
    guard size != geometry.labelSize else { return area.bytes }
    guard let size = Int(exactly: size) else { throw .labelArea(.tooLarge(.max)) }
    guard let index = area.indexes.current else { return LabelArea.blank(size: size) }
    try checkEverySlotCounts()
    let version: LabelVersion = area.geometry.labelSize == 128 ? .v1_1 : .v1_2
    return try Self.encoded(labels, version, size: size, major: index.major, minor: index.minor)
  }

  /// Throws if a slot in use holds an invalid label, which a change would leave behind. Zeros are no loss.
  package func checkEverySlotCounts() throws(MigrationRefusal) {
    for slot in area.usedSlots {
      guard let label = area.label(in: slot), let defect = label.defect(inSlot: slot), !label.isZero else { continue }
      if case .slot = defect { throw .damagedLabel(slot: slot, .labelSlot) }
      throw .damagedLabel(slot: slot, .labelChecksum)
    }
  }

  /// Returns a new area with `labels`. Its version numbers `major` and `minor` may be unusual ones that Linux reads as
  /// `version`.
  static func encoded(
    _ labels: [NamespaceLabel], _ version: LabelVersion, size: Int, major: UInt16, minor: UInt16
  ) throws(MigrationRefusal) -> SparseBytes {
    do throws(LabelAreaError) {
      var area = try LabelArea.encoded(version, size: size, labels: labels)
      guard (major, minor) != (version.major, version.minor),
        let geometry = LabelGeometry(areaSize: size, labelSize: version.labelSize)
      else { return area }
      var index = IndexBlock(0, of: area, in: geometry)
      index[IndexBlock.Fields.major] = major
      index[IndexBlock.Fields.minor] = minor
      area.replaceIndexes(with: index, in: geometry)
      return area
    } catch {
      guard case .tooManyLabels(let count, let limit) = error else { throw .labelArea(error) }
      throw .tooFewSlots(labels: count, slots: limit + 1)
    }
  }
}

extension LabelArea {
  /// Whether all bytes are zero, as in the area of a DIMM that never had labels.
  package var isBlank: Bool { bytes.isZero }
}
