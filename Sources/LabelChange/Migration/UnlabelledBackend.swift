import Basics
package import FoundationEssentials
package import PersistentMemory

/// A backend without labels, whose guest sees its region as one namespace: it has no label area, or a blank one.
package struct UnlabelledBackend: Sendable {
  /// The present S, L (0 without an area), A and R.
  package let geometry: BackendGeometry
  /// The length F of the backend in bytes.
  package let length: UInt64
  /// Whether the backend is a file; the length of a device is fixed.
  package let isFile: Bool

  package init(_ geometry: BackendGeometry, length: UInt64, isFile: Bool = true) throws(MigrationRefusal) {
    guard length >= geometry.mappedSize else {
      throw .shorterThanMapped(length: length, mappedSize: geometry.mappedSize)
    }
    self.geometry = geometry
    self.length = length
    self.isFile = isFile
  }

  /// The label that will cover the region.
  package struct Label: Sendable {
    package let version: LabelVersion
    /// The DIMM's slot, which determines the cookie.
    package let slot: Int
    package let uuid: UUID
    package let name: String

    package init(version: LabelVersion = .v1_2, slot: Int = 0, uuid: UUID = UUID(), name: String = "") {
      self.version = version
      self.slot = slot
      self.uuid = uuid
      self.name = name
    }
  }

  /// Adds a label area after the present region, with one label for all of it: the guest finds the same bytes in the
  /// same place, in the same mode. The file grows by L, rounded up to A.
  ///
  /// `head` is the beginning of the region, `NamespaceContents.headSize` bytes. Linux accepts the superblock of an
  /// fsdax or devdax namespace only if it names its label, so that a superblock changes together with the labels
  /// (`nd_pfn_validate`); a translation table that names no label is accepted in any namespace.
  package func labelled(
    _ label: Label, labelSize: LabelSize = .automatic, head: [UInt8]
  ) throws(MigrationRefusal) -> LabelAreaChange {
    guard (0..<InterleaveSetCookie.virtualSlots).contains(label.slot) else { throw .slot(label.slot) }
    guard label.version != .cxl2_1 else { throw .version(label.version) }
    let target = try geometryWithLabels(labelSize)
    guard let size = Int(exactly: target.labelSize) else { throw .geometry(.labelTooLarge(target.labelSize)) }
    let contents = NamespaceContents(of: head, parent: .zero)
    let bytes = try LabelledBackend.encoded(
      [namespaceLabel(label, contents)], label.version, size: size, major: label.version.major,
      minor: label.version.minor)
    return LabelAreaChange(
      before: geometry.labelOffset.map { LabelAreaPlacement(offset: $0, bytes: LabelArea.blank(size: size)) },
      after: LabelAreaPlacement(offset: target.mappedSize - target.labelSize, bytes: bytes),
      lengthBefore: length, lengthAfter: max(length, target.mappedSize),
      rewrites: Self.rewrite(of: head, contents, parent: label.uuid).map { [$0] } ?? [])
  }

  /// Puts `area`, a label area that `LabelledBackend.split()` removed, after the region. On a device it goes to the
  /// region's last bytes, where `occupant` must be zeros or the same area.
  package func joined(with area: LabelArea, occupant: SparseBytes = []) throws(MigrationRefusal) -> LabelAreaChange {
    guard geometry.labelSize == 0 else { throw .alreadyLabelled }
    let labelSize = UInt64(area.bytes.count)
    let tail = length - geometry.mappedSize
    guard !isFile || tail == 0 else { throw .tail(tail) }
    let (grown, overflow) = geometry.mappedSize.addingReportingOverflow(labelSize)
    guard !overflow else { throw .geometry(.tooLarge) }
    let mappedSize = isFile ? grown : geometry.mappedSize
    let target = try LabelledBackend.geometry(mappedSize: mappedSize, labelSize: labelSize, like: geometry)
    let joined = try LabelledBackend(area, geometry: target, length: mappedSize, isFile: isFile)
    for namespace in joined.namespaces where namespace.uuid != nil {
      guard let end = namespace.end, end > target.regionSize else { continue }
      throw .namespaceInTheWay(namespace, end: end, limit: target.regionSize)
    }
    if occupant != area.bytes, let index = occupant.firstNonzero() {
      throw .dataAtTarget(offset: mappedSize - labelSize + UInt64(index))
    }
    return LabelAreaChange(
      before: nil, after: joined.placement, lengthBefore: length, lengthAfter: max(length, mappedSize))
  }

  /// Returns the geometry with labels: R and A stay as they are.
  private func geometryWithLabels(_ labelSize: LabelSize) throws(MigrationRefusal) -> BackendGeometry {
    guard geometry.labelSize == 0 else { return geometry }
    let target: BackendGeometry
    do throws(GeometryError) {
      guard labelSize != .none else { throw .labelTooSmall(0) }
      target = try GeometryRequest(
        size: .region(geometry.regionSize), labelSize: labelSize, backendAlignment: geometry.alignment
      ).geometry()
    } catch { throw .geometry(error) }
    if !isFile, target.mappedSize > length {
      let left = length > target.labelSize ? (length - target.labelSize).alignedDown(to: geometry.alignment) : 0
      throw .cannotGrow(needed: target.mappedSize, length: length, surplus: geometry.regionSize - left)
    }
    let tail = length - geometry.mappedSize
    guard tail == 0 || !isFile else { throw .tail(tail) }
    return target
  }

  private func namespaceLabel(_ wanted: Label, _ contents: NamespaceContents) -> NamespaceLabel {
    var label = NamespaceLabel(blank: wanted.version)
    label.uuid = wanted.uuid
    // The caller must refuse a name that does not fit; here it is left out.
    _ = label.setName(wanted.name)
    let cookie = InterleaveSetCookie(virtualSlot: wanted.slot)
    label[NamespaceLabel.Fields.setSize] = 1
    label[NamespaceLabel.Fields.cookie] = wanted.version == .v1_1 ? cookie.v1_1 : cookie.v1_2
    label[NamespaceLabel.Fields.sectorSize] = Self.sectorSize(contents)
    label[NamespaceLabel.Fields.rawSize] = geometry.regionSize
    label.set(type: NamespaceType.pmem.guid, abstraction: contents.shown(claimed: NamespaceAbstraction.none).guid)
    return label
  }

  /// Returns the label's lbasize. A size that only a translation table can have is in its info block; the label has 0.
  private static func sectorSize(_ contents: NamespaceContents) -> UInt64 {
    guard let size = contents.sectorSize else { return UInt64(NamespaceMode.raw.defaultSectorSize) }
    return NamespaceMode.raw.sectorSizes.contains(size) ? UInt64(size) : 0
  }

  /// Returns the superblock, if there is one, with `parent` as its label.
  private static func rewrite(
    of head: [UInt8], _ contents: NamespaceContents, parent: UUID
  ) -> LabelAreaChange.Rewrite? {
    guard contents.behind == .fsdax || contents.behind == .devdax,
      let block = head.block(at: Int(PFNInfoBlock.offset), count: InfoBlock.size)
    else { return nil }
    return LabelAreaChange.Rewrite(
      offset: PFNInfoBlock.offset, before: SparseBytes(block),
      after: SparseBytes(InfoBlock.adopting(block, parent: parent)))
  }
}
