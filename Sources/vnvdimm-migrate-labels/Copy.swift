import ArgumentParser
import CommandSupport
import LabelChange
import PersistentMemory
import Storage
import SystemPackage

/// `copy PATH DESTINATION`: the labels, and no data, for another backend.
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

  @Argument(help: "The backend that gets them.", completion: .file(), transform: utf8Path)
  var destination: String

  @OptionGroup var area: AreaOptions
  @OptionGroup var backupOptions: BackupOptions

  var backup: BackupOptions? { backupOptions }
  var target: String { destination }

  func plan(of backend: borrowing Backend) throws -> MigrationPlan {
    // Nobody is in the midst of a change of it.
    let isTarget = try Backend(path: FilePath(options.path)).identity == backend.identity
    let source =
      isTarget
      ? try Backend(path: FilePath(options.path)) : try Backend.locked(FilePath(options.path), .readOnly, .shared)
    try source.checkSettled()
    let labelled = try area.labelled(source)
    // Labels of another size would begin elsewhere.
    if case .found(let place) = try backend.locateLabelArea() {
      let count = try LabelArea(backend.read(at: place.offset, count: place.size)).usedSlots.count
      guard count == 0 else { throw MigrationRefusal.labelsAtTarget(count: count, offset: place.offset) }
    }
    let geometry = try BackendGeometry(
      of: backend, mappedSize: backend.size, labelSize: labelled.geometry.labelSize)
    return MigrationPlan(
      try labelled.copied(to: geometry, length: backend.size, occupant: geometry.area(in: backend)))
  }
}
