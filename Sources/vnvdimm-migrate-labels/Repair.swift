import ArgumentParser
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

/// `repair PATH`: finishes an interrupted change, and repairs damage to the extent that there is proof.
struct Repair: Migration {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Complete an interrupted change, and repair damage with evidence.",
    usage: "vnvdimm-migrate-labels repair [<options>] <path>",
    discussion: """
      EXAMPLES
        vnvdimm-migrate-labels repair nv.img --plan
        vnvdimm-migrate-labels repair nv.img --slot 1 --label-size 128K
        vnvdimm-migrate-labels repair nv.img --choose 3=1
      """)

  @OptionGroup var options: MigrationOptions

  @Option(parsing: .unconditional, help: "The DIMM slot. (default: the slot of most labels)")
  var slot: Int?

  @Option(
    help: ArgumentHelp(
      "Select one of the labels that a damaged label may have been.", valueName: "slot=number"),
    transform: { try labelChoice($0) })
  var choose: [LabelChoice] = []

  @Flag(help: "Drop labels that cannot stay or be reconstructed.")
  var discardLabels = false

  @OptionGroup var area: AreaOptions
  @OptionGroup var backupOptions: BackupOptions

  var backup: BackupOptions? { backupOptions }
  var command: MigrationCommand { area.command(for: target) }

  func run() throws {
    let interrupted = try endInterruptedChange()
    // What follows is known only once the interrupted change is finished.
    if interrupted != nil, options.plan { return try give(answer(interrupted)) }
    // Open the backend again, because its length may have changed.
    try tellOfDamage(change(openTarget(), interrupted: interrupted))
  }

  /// Returns the command with which the user decides: for the first of the choices where each label has some, which are
  /// an example; otherwise without the labels of which nothing is known.
  private func decision(_ repair: LabelRepair, _ labels: LabelArea, _ source: LabelAreaSource) -> Hint? {
    let open = repair.actions.filter(\.isOpen)
    guard !open.isEmpty else { return nil }
    let isFound = area.labelSize != nil || !labels.isBlank
    let command = MigrationCommand(
      path: target, mappedSize: area.mappedSize?.bytes,
      labelSize: isFound ? area.labelSize?.bytes : UInt64(source.location.size))
    guard open.allSatisfy({ !$0.choices.isEmpty }) else {
      return command.hint(.repair(slot: slot, discardsLabels: true))
    }
    let isSlotOpen = labels.virtualSlot == nil && open.contains(where: \.isOfLostLabel)
    return command.hint(.repair(slot: slot ?? (isSlotOpen ? 0 : nil), choices: open.compactMap(\.slot)))
  }

  /// Finishes an interrupted change, unless only a plan is requested, and returns its direction; `nil` if there is
  /// none.
  private func endInterruptedChange() throws -> UnfinishedChange.Direction? {
    let backend = try openTarget()
    guard let unfinished = try backend.unfinishedChange() else { return nil }
    if !options.plan {
      do throws(BackendError) { try backend.carryOut(unfinished.steps) } catch {
        throw error.undoingChange(of: target, by: command.hint(.repair(slot: slot)))
      }
    }
    return unfinished.direction
  }

  func plan(of backend: borrowing Backend) throws -> MigrationPlan {
    if let slot, !(0..<InterleaveSetCookie.virtualSlots).contains(slot) { throw MigrationRefusal.slot(slot) }
    let source = try source(in: backend)
    let labels = try LabelArea(source.bytes)
    let cookie = slot.map { InterleaveSetCookie(virtualSlot: $0) }
    let decisions = RepairDecisions(
      discardsLabels: discardLabels,
      choices: Dictionary(choose.map { ($0.slot, $0.number) }, uniquingKeysWith: { $1 }))
    let known = labels.orphanedLabels + labels.usedSlots.compactMap { labels.label(in: $0) }
    let repair = LabelRepair(
      labels, dimm: LabelledDIMM(regionSize: source.regionSize, cookie: cookie), decisions: decisions,
      witnesses: try backend.witnesses(inRegionOf: source.regionSize ?? 0, beside: known))
    guard labels.indexes.current != nil || labels.isBlank || !repair.actions.isEmpty else {
      throw MigrationRefusal.nothingSurvives
    }
    guard repair.slotCandidates.count < 2 else { throw MigrationRefusal.slotUnknown(repair.slotCandidates) }
    return MigrationPlan(
      repair.change(of: labels.bytes, at: source.location.offset, length: backend.size), repairs: repair.actions,
      damage: decision(repair, labels, source).map { hint in
        (
          "it stays damaged: a backup (restore), --choose or --discard-labels has to decide what nothing proves", hint
        )
      })
  }

  /// Reads the label area; where nothing is left of it, the bytes that info blocks leave for it.
  private func source(in backend: borrowing Backend) throws -> LabelAreaSource {
    let end = area.mappedSize?.bytes ?? backend.size
    guard area.labelSize == nil, end <= backend.size,
      case .nothing = try backend.locateLabelArea(mappedSize: area.mappedSize?.bytes),
      let last = try backend.witnesses(inRegionOf: end).last,
      let size = BackendGeometry.labelSize(behind: last.end, mappedSize: end),
      try backend.bytes(at: end - size, count: Int(size)).isZero
    else { return try area.source(in: backend) }
    return try LabelAreaSource(
      backend, mappedSize: area.mappedSize?.bytes, labelSize: size, command: .typed(MigrateLabels.programName))
  }
}

extension BackendGeometry {
  /// Returns the likely size of a label area that ends `mappedSize` bytes, of which nothing is left, behind a namespace
  /// that ends at `end`: with which the region is a multiple of 16 MiB, or is the namespace, or the smallest; `nil` if
  /// none has room.
  fileprivate static func labelSize(behind end: UInt64, mappedSize: UInt64) -> UInt64? {
    [mappedSize % (16 << 20), mappedSize - end, smallestLabelSize].first { size in
      size >= smallestLabelSize && size <= LabelSize.largestAutomatic && end <= mappedSize - size
    }
  }
}

/// The value of `--choose`: `3=1`.
struct LabelChoice {
  let slot: Int
  let number: Int
}

private func labelChoice(_ text: String) throws -> LabelChoice {
  let parts = text.split(separator: "=", omittingEmptySubsequences: false)
  guard parts.count == 2, let slot = Int(parts[0]), let number = Int(parts[1]), slot >= 0, number > 0 else {
    throw ValidationError("write a label slot and the number of one of its choices as 3=1")
  }
  return LabelChoice(slot: slot, number: number)
}
