import ArgumentParser
import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

/// `resize PATH SIZE`: a label area of another size.
struct Resize: Migration {
  static let configuration = CommandConfiguration(
    abstract: "Give the label area another size.",
    usage: "vnvdimm-migrate-labels resize [<options>] <path> <size>",
    discussion: """
      The mapped size stays, and what the guest sees shrinks or grows, unless --keep-guest-size is given. The guest is \
      to be started with the new label-size=.

      EXAMPLES
        vnvdimm-migrate-labels resize nv.img 4M --keep-guest-size
      """)

  @OptionGroup var options: MigrationOptions

  @Argument(
    help: ArgumentHelp("The new label size.", valueName: "size"), completion: .labelAreaSizes, transform: size)
  var newSize: ByteCount

  @Flag(help: "What the guest sees stays; the file changes.")
  var keepGuestSize = false

  @OptionGroup var area: AreaOptions
  @OptionGroup var backupOptions: BackupOptions

  var backup: BackupOptions? { backupOptions }
  var command: MigrationCommand { area.command(for: target) }

  func plan(of backend: borrowing Backend) throws -> MigrationPlan {
    MigrationPlan(
      try area.labelled(backend).resized(labelSize: newSize.bytes, fixed: keepGuestSize ? .region : .mappedSize))
  }
}
