import PersistentMemory

extension PlannedNamespace {
  /// The info blocks of the namespace as Linux makes them, without zeros: translation tables or a superblock. Offsets
  /// are in bytes from the start of the backend.
  var infoBlocks: [ProvisioningPlan.Write] {
    switch layout {
    case .plain: []
    case .table(let version, let arenas): arenas.flatMap { table(version, $0) }
    case .superblock(let signature, let layout):
      [ProvisioningPlan.Write(offset: dpa + PFNInfoBlock.offset, bytes: superblock(signature, layout))]
    case .carried(let disk):
      isLabelled
        ? (disk.adopted(by: labelUUID).map { [ProvisioningPlan.Write(offset: dpa + PFNInfoBlock.offset, bytes: $0)] }
          ?? []) : []
    }
  }

  private func superblock(_ signature: InfoBlock.Signature, _ layout: PFNLayout) -> [UInt8] {
    if !isLabelled, uuid == .zero {
      return PFNInfoBlock.ofImage(dataOffset: layout.dataOffset, alignment: layout.alignment)
    }
    return PFNInfoBlock(signature, uuid: uuid, parent: labelUUID, map: specification.map, layout: layout).encoded
  }

  /// Returns the log, and the info blocks before and after it. The map is zero: every sector lies in its own block.
  private func table(_ version: BTTInfoBlock.Version, _ arena: BTTArena) -> [ProvisioningPlan.Write] {
    let start = dpa + version.initialOffset + arena.start
    let block = BTTInfoBlock(version: version, uuid: uuid, parent: labelUUID, arena: arena).encoded
    return [
      ProvisioningPlan.Write(offset: start, bytes: block),
      ProvisioningPlan.Write(offset: start + arena.logOffset, bytes: arena.initialLog),
      ProvisioningPlan.Write(offset: start + arena.backupOffset, bytes: block),
    ]
  }

  /// Returns the label, without its slot and checksum.
  func label(for target: ProvisioningTarget) -> NamespaceLabel {
    var label = NamespaceLabel(blank: target.version)
    label.uuid = labelUUID
    // The length of the name was checked when the specification was read.
    _ = label.setName(specification.name)
    label[NamespaceLabel.Fields.setSize] = 1
    label[NamespaceLabel.Fields.cookie] = target.cookie
    label[NamespaceLabel.Fields.sectorSize] = labelSectorSize
    label[NamespaceLabel.Fields.dpa] = dpa
    label[NamespaceLabel.Fields.rawSize] = rawSize
    label.set(type: NamespaceType.pmem.guid, abstraction: abstraction.guid)
    return label
  }

  private var abstraction: NamespaceAbstraction {
    if case .carried(let disk) = layout { disk.abstraction } else { mode.abstraction }
  }

  /// The label's lbasize. A size that only a translation table can have is in its info block; the label has 0.
  private var labelSectorSize: UInt64 {
    NamespaceMode.raw.sectorSizes.contains(specification.sectorSize) ? UInt64(specification.sectorSize) : 0
  }
}
