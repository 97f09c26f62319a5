import ArgumentParser
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

/// `renew-uuids PATH`: a clone that can be plugged beside its original.
struct RenewUUIDs: Migration {
  static let configuration = CommandConfiguration(
    commandName: "renew-uuids",
    abstract: "Give a clone's labels and info blocks uuids of their own.",
    usage: "vnvdimm-migrate-labels renew-uuids [<options>] <path>",
    discussion: """
      Names, places and data stay. A backup keeps the labels, not the info blocks: the way back is another clone.

      EXAMPLES
        vnvdimm-migrate-labels renew-uuids clone.img
      """)

  @OptionGroup var options: MigrationOptions
  @OptionGroup var area: AreaOptions
  @OptionGroup var backupOptions: BackupOptions

  var backup: BackupOptions? { backupOptions }
  var command: MigrationCommand { area.command(for: target) }

  func plan(of backend: borrowing Backend) throws -> MigrationPlan {
    let labelled = try area.labelled(backend)
    // A non-copyable value cannot be captured by an escaping closure; this does not escape.
    let blocks = try labelled.infoBlocks { (offset, count) throws(BackendError) in
      try backend.read(at: offset, count: count)
    }
    return MigrationPlan(try labelled.renewed(blocks))
  }
}
