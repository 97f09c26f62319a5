import ArgumentParser
import CommandSupport
import LabelChange
import PersistentMemory
import Storage
import SystemPackage

/// `split PATH FILE`: moves the label area into a file and leaves a backend without labels.
struct Split: Migration {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Move the label area to a new file.",
    usage: "vnvdimm-migrate-labels split [<options>] <path> <file>",
    discussion: """
      EXAMPLES
        vnvdimm-migrate-labels split nv.img labels.bin
      """)

  @OptionGroup var options: MigrationOptions

  @Argument(help: "The new file for the label area.", completion: .file(), transform: utf8Path)
  var file: String

  @OptionGroup var area: AreaOptions

  var command: MigrationCommand { area.command(for: target) }

  func plan(of backend: borrowing Backend) throws -> MigrationPlan {
    let labelled = try area.labelled(backend)
    let bytes = labelled.area.bytes
    return MigrationPlan(
      try labelled.split(),
      splitTo: BackendCreation(
        path: FilePath(file), size: UInt64(bytes.count), contents: [(0, bytes)], mode: backend.modeOfCopies))
  }
}
