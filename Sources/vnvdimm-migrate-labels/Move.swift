import ArgumentParser
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

/// `move PATH SLOT`: the labels of a DIMM in another slot.
struct Move: Migration {
  static let configuration = CommandConfiguration(
    abstract: "Make the labels those of a DIMM in another slot.",
    usage: "vnvdimm-migrate-labels move [<options>] <path> <slot>",
    discussion: """
      A guest hides labels that were made for another DIMM slot.

      EXAMPLES
        vnvdimm-migrate-labels move nv.img 1
      """)

  @OptionGroup var options: MigrationOptions

  @Argument(help: "The DIMM slot.")
  var slot: Int

  @OptionGroup var area: AreaOptions
  @OptionGroup var backupOptions: BackupOptions

  var backup: BackupOptions? { backupOptions }
  var command: MigrationCommand { area.command(for: target) }

  func plan(of backend: borrowing Backend) throws -> MigrationPlan {
    MigrationPlan(try area.labelled(backend).moved(toSlot: slot))
  }
}
