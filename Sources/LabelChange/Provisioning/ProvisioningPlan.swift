package import FoundationEssentials
import PersistentMemory

/// The namespaces of a new backend: the place of each one, and every byte that has to be written for the guest to find
/// them when it first starts, as if `ndctl create-namespace` had made them one after another.
package struct ProvisioningPlan: Sendable {
  /// Bytes that are not all zero, with their offset in the backend.
  package struct Write: Hashable, Sendable {
    package let offset: UInt64
    package let bytes: [UInt8]
  }

  package let target: ProvisioningTarget
  /// The namespaces in the order of the specifications, which is that of addresses.
  package let namespaces: [PlannedNamespace]
  /// The writes to a backend of zeros, in an order in which the namespaces appear only at the last step: info blocks,
  /// labels, index blocks.
  package let writes: [Write]

  /// The limit for the end of namespaces in sector mode, 1 PiB: their tables are made in memory, 24 KiB for 512 GiB.
  static let tableLimit = 2048 * BTTArena.maximumSize

  /// Plans `specifications`, from the start of the region on. Only the last may leave its size open.
  ///
  /// `uuids` makes the uuids that are not given: for each namespace first the label's, then, unless the mode is raw,
  /// that of its superblock or translation table.
  package init(
    _ specifications: [NamespaceSpecification], for target: ProvisioningTarget,
    uuids: () -> UUID = { UUID() }
  ) throws(ProvisioningError) {
    guard target.version != .cxl2_1 else { throw .labelVersion(target.version) }
    guard (0..<InterleaveSetCookie.virtualSlots).contains(target.slot) else { throw .slot(target.slot) }
    self.target = target
    guard target.isLabelled else {
      let namespace = try Self.namespace(of: specifications, for: target, uuids: uuids)
      namespaces = [namespace]
      writes = namespace.infoBlocks
      return
    }
    var namespaces: [PlannedNamespace] = []
    var next: UInt64 = 0
    for (number, specification) in specifications.enumerated() {
      let isLast = number == specifications.count - 1
      let size = try Self.size(of: specification, number, isLast: isLast, after: next, for: target)
      let layout = try Self.layout(of: specification, number, at: next, size: size, for: target)
      let labelUUID = specification.uuid ?? uuids()
      let uuid = specification.mode == .raw ? labelUUID : specification.uuid ?? uuids()
      namespaces.append(
        PlannedNamespace(
          specification: specification, number: number, dpa: next, rawSize: size, labelUUID: labelUUID, uuid: uuid,
          layout: layout))
      // This does not exceed the capacity, which the size was checked against.
      next += size
    }
    let given = specifications.compactMap(\.uuid)
    if let twice = given.first(where: { uuid in given.count { $0 == uuid } > 1 }) { throw .sameUUID(twice) }
    self.namespaces = namespaces
    let labels = namespaces.map { $0.label(for: target) }
    writes = namespaces.flatMap(\.infoBlocks) + (try Self.labelArea(labels, for: target))
  }

  /// Plans the single namespace of a region without labels.
  ///
  /// In fsdax mode it gets the info block that image builders write, unless a uuid or a map is requested.
  private static func namespace(
    of specifications: [NamespaceSpecification], for target: ProvisioningTarget, uuids: () -> UUID
  ) throws(ProvisioningError) -> PlannedNamespace {
    guard specifications.count == 1, let wanted = specifications.first, wanted.name.isEmpty,
      wanted.size == nil || wanted.size == target.capacity, wanted.mode != .raw || wanted.sectorSize == 512
    else { throw .noLabelArea }
    let isOfImage = wanted.mode == .fsdax && wanted.givenMap != .device && wanted.uuid == nil
    let specification = NamespaceSpecification(
      mode: wanted.mode, size: wanted.size, name: "", uuid: wanted.uuid, sectorSize: wanted.sectorSize,
      alignment: wanted.alignment, givenMap: isOfImage ? .memory : wanted.givenMap)
    let size = try Self.size(of: specification, 0, isLast: true, after: 0, for: target)
    return PlannedNamespace(
      specification: specification, number: 0, dpa: 0, rawSize: size, labelUUID: .zero,
      uuid: isOfImage || wanted.mode == .raw ? .zero : wanted.uuid ?? uuids(),
      layout: try Self.layout(of: specification, 0, at: 0, size: size, for: target))
  }

  /// Plans `disk`, which came with an image, as the only namespace of the region.
  package init(
    carrying disk: CarriedDisk, for target: ProvisioningTarget, uuids: () -> UUID = { UUID() }
  ) throws(ProvisioningError) {
    guard target.version != .cxl2_1 else { throw .labelVersion(target.version) }
    let namespace = PlannedNamespace(
      specification: disk.specification, number: 0, dpa: 0, rawSize: target.geometry.regionSize,
      labelUUID: target.isLabelled ? uuids() : .zero, uuid: disk.uuid, layout: .carried(disk))
    self.target = target
    namespaces = [namespace]
    let area = target.isLabelled ? try Self.labelArea([namespace.label(for: target)], for: target) : []
    writes = namespace.infoBlocks + area
  }

  private static func size(
    of specification: NamespaceSpecification, _ number: Int, isLast: Bool, after used: UInt64,
    for target: ProvisioningTarget
  ) throws(ProvisioningError) -> UInt64 {
    let left = target.capacity - used
    guard let size = specification.size ?? (isLast ? left : nil) else { throw .sizeNeeded(number, specification.mode) }
    guard left > 0, size <= left else {
      throw .regionFull(number, specification.mode, size: specification.size, left: left, of: target.capacity)
    }
    let unit = target.unit(of: specification)
    guard size.isMultiple(of: unit) else { throw .sizeMisaligned(number, specification.mode, size: size, unit: unit) }
    return size
  }

  static func layout(
    of specification: NamespaceSpecification, _ number: Int, at dpa: UInt64, size: UInt64,
    for target: ProvisioningTarget
  ) throws(ProvisioningError) -> PlannedNamespace.Layout {
    switch specification.mode {
    case .raw: return .plain
    case .sector:
      let version = target.tableVersion
      guard dpa + size <= tableLimit else { throw .tableTooFar(number, end: dpa + size) }
      let arenas = BTTArena.arenas(in: size - version.initialOffset, sectorSize: specification.sectorSize)
      guard !arenas.isEmpty else {
        throw .noRoomForTable(number, size: size, smallest: BTTArena.minimumSize + target.regionAlignment)
      }
      return .table(version, arenas)
    case .fsdax, .devdax:
      let (start, overflow) = target.regionAddress.addingReportingOverflow(dpa)
      guard !overflow, let signature = specification.mode.superblock,
        let layout = PFNLayout(start: start, size: size, map: specification.map, alignment: specification.alignment)
      else { throw .noRoomForData(number, specification.mode, size: size, alignment: UInt64(specification.alignment)) }
      return .superblock(signature, layout)
    }
  }

  /// Returns the nonzero parts of the area that lists `labels`: labels first, index blocks last.
  private static func labelArea(
    _ labels: [NamespaceLabel], for target: ProvisioningTarget
  ) throws(ProvisioningError) -> [Write] {
    guard let offset = target.geometry.labelOffset, let size = Int(exactly: target.geometry.labelSize) else {
      throw .noLabelArea
    }
    let area: SparseBytes
    do throws(LabelAreaError) {
      area = try LabelArea.encoded(target.version, size: size, labels: labels)
    } catch { throw .labelArea(error) }
    guard let geometry = LabelGeometry(areaSize: size, labelSize: target.version.labelSize) else { throw .noLabelArea }
    let indexes = geometry.labelOffset
    let end = geometry.offset(ofSlot: labels.count)
    var writes: [Write] = []
    if end > indexes {
      writes.append(Write(offset: offset + UInt64(indexes), bytes: area.bytes(in: indexes..<end)))
    }
    writes.append(Write(offset: offset, bytes: area.bytes(in: 0..<indexes)))
    return writes
  }
}
