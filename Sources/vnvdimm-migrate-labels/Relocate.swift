import ArgumentParser
import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

/// `relocate PATH OLD_SIZE`: moves the labels to where the guest looks for them after a change of the backend's length.
struct Relocate: Migration {
  static let configuration = CommandConfiguration(
    commandName: "relocate",
    abstract: "Move the labels to the new end after the backend was made longer.",
    usage: "vnvdimm-migrate-labels relocate [<options>] <path> <old-size>",
    discussion: """
      EXAMPLES
        vnvdimm-migrate-labels relocate nv.img 258M
      """)

  @OptionGroup var options: MigrationOptions

  @Argument(
    help: ArgumentHelp("The former mapped size, where the labels end.", valueName: "old-size"), completion: .sizes,
    transform: size)
  var oldSize: ByteCount

  @OptionGroup var area: AreaOptions
  @OptionGroup var backupOptions: BackupOptions

  var backup: BackupOptions? { backupOptions }

  func plan(of backend: borrowing Backend) throws -> MigrationPlan {
    let old = oldSize.bytes
    guard old <= backend.size else {
      throw CommandFailure(
        .damaged, target,
        "the backend ends before the old size, and the labels with it "
          + "(stored \(ByteCount(backend.size).precise), expected at least \(ByteCount(old).precise))")
    }
    // --size gives the new place of the labels.
    let labelled = try LabelledBackend(area.source(in: backend, mappedSize: old, sizeOption: nil), of: backend)
    guard labelled.geometry.mappedSize == old else {
      let (found, command) = (labelled.geometry, MigrationCommand(path: target, mappedSize: area.mappedSize?.bytes))
      throw LabelAreaSource.elsewhere(
        target, size: found.labelSize, end: found.mappedSize, expected: old,
        hint: command.hint(.relocate(from: found.mappedSize)))
    }
    let end = try BackendGeometry(
      of: backend, mappedSize: area.mappedSize?.bytes ?? backend.size, labelSize: labelled.geometry.labelSize)
    guard end.mappedSize <= backend.size else {
      throw MigrationRefusal.shorterThanMapped(length: backend.size, mappedSize: end.mappedSize)
    }
    guard end.mappedSize.isMultiple(of: 4096) else {
      let whole = end.mappedSize.alignedDown(to: 4096)
      throw CommandFailure(
        .damaged, target,
        "QEMU maps whole pages (stored \(ByteCount(end.mappedSize).precise), expected a multiple of 4 KiB)",
        hint: MigrationCommand(path: target, mappedSize: whole).hint(.relocate(from: old)))
    }
    return MigrationPlan(try labelled.relocated(to: end, occupant: end.area(in: backend)))
  }
}
