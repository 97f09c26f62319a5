import ArgumentParser
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

/// `convert PATH 1.1|1.2`: labels of another version.
struct Convert: Migration {
  static let configuration = CommandConfiguration(
    abstract: "Convert the labels to another version.",
    usage: "vnvdimm-migrate-labels convert [<options>] <path> <version>",
    discussion: """
      EXAMPLES
        vnvdimm-migrate-labels convert nv.img 1.2
      """)

  @OptionGroup var options: MigrationOptions

  @Argument(help: "The new version.")
  var version: LabelVersion

  @OptionGroup var area: AreaOptions
  @OptionGroup var backupOptions: BackupOptions

  var backup: BackupOptions? { backupOptions }
  var command: MigrationCommand { area.command(for: target) }

  func plan(of backend: borrowing Backend) throws -> MigrationPlan {
    let labelled = try area.labelled(backend)
    var contents: [Int: NamespaceContents] = [:]
    for head in labelled.heads where head.offset < backend.size {
      let count = min(NamespaceContents.headSize, Int(clamping: backend.size - head.offset))
      contents[head.slot] = NamespaceContents(of: try backend.read(at: head.offset, count: count), parent: head.uuid)
    }
    return MigrationPlan(try labelled.converted(to: version, contents: contents))
  }
}
