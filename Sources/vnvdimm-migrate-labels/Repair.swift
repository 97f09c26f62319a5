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
    let repairs = try change(openTarget(), interrupted: interrupted)
    if let open = repairs.first(where: \.isOpen) { try leave(open) }
  }

  /// Exits with a message about a decision that the user has to make.
  private func leave(_ open: RepairAction) throws {
    StandardStream.diagnose(
      "\(MigrateLabels.programName): \(target.asSubject): it stays damaged: you have to decide what nothing proves")
    StandardStream.diagnose(command.hint(.repair(slot: slot, discardsLabels: true)).asHintLine)
    throw ExitStatus.damaged.exitCode
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
    let source = try area.source(in: backend)
    let labels = try LabelArea(source.bytes)
    let cookie = slot.map { InterleaveSetCookie(virtualSlot: $0) }
    let decisions = RepairDecisions(
      discardsLabels: discardLabels,
      choices: Dictionary(choose.map { ($0.slot, $0.number) }, uniquingKeysWith: { $1 }))
    let repair = LabelRepair(
      labels, dimm: LabelledDIMM(regionSize: source.regionSize, cookie: cookie), decisions: decisions
    ) { label in
      // A non-copyable value cannot be captured by an escaping closure; these do not escape.
      let blocks = try? NamedInfoBlock.blocks(of: label, regionSize: source.regionSize ?? 0) {
        (offset, count) throws(BackendError) in try backend.read(at: offset, count: count)
      }
      return blocks?.isEmpty == false
    }
    guard labels.indexes.current != nil || labels.isBlank || !repair.actions.isEmpty else {
      throw MigrationRefusal.nothingSurvives
    }
    guard repair.slotCandidates.count < 2 else { throw MigrationRefusal.slotUnknown(repair.slotCandidates) }
    return MigrationPlan(
      repair.change(of: labels.bytes, at: source.location.offset, length: backend.size), repairs: repair.actions)
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
