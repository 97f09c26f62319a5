import ArgumentParser
import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

/// `move PATH SLOT`: changes the labels to those of a DIMM in another slot.
struct Move: Migration {
  static let configuration = CommandConfiguration(
    commandName: "move",
    abstract: "Change the labels to those of a DIMM in another slot.",
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

/// `resize PATH SIZE`: changes the size of the label area.
struct Resize: Migration {
  static let configuration = CommandConfiguration(
    commandName: "resize",
    abstract: "Change the size of the label area.",
    usage: "vnvdimm-migrate-labels resize [<options>] <path> <size>",
    discussion: """
      The mapped size stays the same, and the guest size shrinks or grows, unless --keep-guest-size is given. Start \
      the guest with the new label-size=.

      EXAMPLES
        vnvdimm-migrate-labels resize nv.img 4M --keep-guest-size
      """)

  @OptionGroup var options: MigrationOptions

  @Argument(
    help: ArgumentHelp("The new label size.", valueName: "size"), completion: .labelAreaSizes, transform: size)
  var newSize: ByteCount

  @Flag(help: "Keep the guest size, and change the file size.")
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

/// `renew-uuids PATH`: makes a clone that can be plugged beside its original.
struct RenewUUIDs: Migration {
  static let configuration = CommandConfiguration(
    commandName: "renew-uuids",
    abstract: "Give the labels and info blocks of a clone new uuids.",
    usage: "vnvdimm-migrate-labels renew-uuids [<options>] <path>",
    discussion: """
      Names, places and data stay the same. The backup holds the labels and the info blocks, and restore puts both back.

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

/// `convert PATH 1.1|1.2`: changes the version of the labels.
struct Convert: Migration {
  static let configuration = CommandConfiguration(
    commandName: "convert",
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
