import ArgumentParser
import CommandSupport
import LabelChange
import PersistentMemory
import Storage
import SystemPackage

/// `copy PATH DESTINATION`: copies the labels, but no data, to another backend.
struct Copy: Migration {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Copy the labels, not the data, to a backend without labels.",
    usage: "vnvdimm-migrate-labels copy [<options>] <path> <destination>",
    discussion: """
      EXAMPLES
        vnvdimm-migrate-labels copy nv.img larger.img
      """)

  @OptionGroup var options: MigrationOptions

  @Argument(help: "The backend that receives the labels.", completion: .file(), transform: utf8Path)
  var destination: String

  @OptionGroup var area: AreaOptions
  @OptionGroup var backupOptions: BackupOptions

  var backup: BackupOptions? { backupOptions }
  var target: String { destination }

  func plan(of backend: borrowing Backend) throws -> MigrationPlan {
    // Unless the target is the same backend, lock the source, so that no change of it is in progress.
    let isTarget = try Backend(path: FilePath(options.path)).identity == backend.identity
    let source =
      isTarget
      ? try Backend(path: FilePath(options.path)) : try Backend.locked(FilePath(options.path), .readOnly, .shared)
    try source.checkSettled()
    let labelled: LabelledBackend
    do {
      labelled = try area.labelled(source)
      try labelled.checkEverySlotCounts()
    } catch let refusal as MigrationRefusal {
      // It is about the source, not about the backend that would be changed.
      throw CommandFailure(
        refusal.status, options.path, refusal.description, hint: refusal.hint(for: area.command(for: options.path)))
    }
    // Labels of another size would begin elsewhere.
    if case .found(let place) = try backend.locateLabelArea() {
      let count = try LabelArea(backend.bytes(at: place.offset, count: place.size)).usedSlots.count
      guard count == 0 else { throw MigrationRefusal.labelsAtTarget(count: count, offset: place.offset) }
    }
    let geometry = try BackendGeometry(
      of: backend, mappedSize: backend.size, labelSize: labelled.geometry.labelSize)
    if !options.answer.quiet { tellOfCondition(of: source, labelled) }
    return MigrationPlan(
      try labelled.copied(to: geometry, length: backend.size, occupant: geometry.area(in: backend)))
  }

  /// Reports that the condition of the source's DIMM is not part of its labels, and which bytes of its namespaces must
  /// not be copied unseen, because a guest cannot read them.
  private func tellOfCondition(of source: borrowing Backend, _ labelled: LabelledBackend) {
    guard let record = (try? ConditionFile.record(beside: source)) ?? nil else { return }
    let (name, path) = (MigrateLabels.programName, options.path)
    let namespaces = labelled.namespaces.compactMap { namespace in
      namespace.end.map { NamespaceAddresses(title: "\(namespace)", extent: namespace.dpa..<$0) }
    }
    StandardStream.diagnose(
      "\(name): \(path.asSubject): the condition of its DIMM stays with it, and is not copied: "
        + record.afterPowerOn.summary)
    for finding in record.condition.findings(regionSize: labelled.geometry.regionSize, namespaces: namespaces)
    where finding.rule == ConditionRule.mediaErrors && finding.severity > .note {
      StandardStream.diagnose(finding.with(hint: nil), of: name, about: path)
    }
  }
}
