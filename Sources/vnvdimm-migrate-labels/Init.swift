import ArgumentParser
import Basics
import CommandSupport
import FoundationEssentials
import LabelChange
import PersistentMemory
import Storage

/// `init PATH [SIZE]`: makes labels for a backend that has none.
struct Init: Migration {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Add a label area to a backend without labels, with a label for the existing namespace.",
    usage: "vnvdimm-migrate-labels init [<options>] <path> [<size>]",
    discussion: """
      The label area is added after the region; the namespace keeps its place and its mode.

      EXAMPLES
        vnvdimm-migrate-labels init nv.img --name data
        vnvdimm-migrate-labels init nv.img 2M --slot 1
      """)

  @OptionGroup var options: MigrationOptions

  @Argument(
    help: ArgumentHelp("The new label size: auto, or a size. (default: auto)", valueName: "size"),
    completion: .list(["auto", "128K", "2M"]), transform: LabelSize.init(option:))
  var newSize: LabelSize = .automatic

  @Option(
    name: .customLong("size"), parsing: .unconditional,
    help: "The mapped size, QEMU's size=. (default: the file size)", completion: .sizes, transform: size)
  var mappedSize: ByteCount?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The size of an existing blank label area.", valueName: "size"),
    completion: .labelAreaSizes, transform: size)
  var labelSize: ByteCount?

  @Option(parsing: .unconditional, help: "The DIMM slot. (default: 0)")
  var slot = 0

  @Option(
    help: ArgumentHelp("The version of the labels. (default: 1.2)", valueName: "version"),
    completion: LabelVersion.choices, transform: LabelVersion.init(choice:))
  var labels: LabelVersion = .v1_2

  @Option(help: "The name of the namespace.", transform: { try specification("name", $0).name })
  var name = ""

  @Option(help: "Its uuid. (default: a new one)", transform: { try specification("uuid", $0).uuid })
  var uuid: UUID?

  @Flag(help: "Bury the namespaces whose labels are lost.")
  var discardData = false

  @OptionGroup var backupOptions: BackupOptions

  var backup: BackupOptions? { backupOptions }

  /// Plans a label area for `backend`, which has none or a blank one, with one label for all that its guest sees.
  func plan(of backend: borrowing Backend) throws -> MigrationPlan {
    let mapped = mappedSize?.bytes ?? backend.size
    let present = labelSize?.bytes ?? 0
    let geometry = try BackendGeometry(of: backend, mappedSize: mapped, labelSize: present)
    guard mapped <= backend.size else {
      throw MigrationRefusal.shorterThanMapped(length: backend.size, mappedSize: mapped)
    }
    if case .exactly(let wanted) = newSize, present != 0, wanted != present {
      throw CommandFailure(
        .usage, "--label-size",
        "the blank area has another size (stored \(ByteCount(present).precise), expected \(ByteCount(wanted).precise))")
    }
    // The area may end anywhere, because the length of the backend may have been changed.
    switch try backend.locateLabelArea(mappedSize: mappedSize?.bytes) {
    case .nothing: break
    case .found, .ambiguous, .cutOff: throw MigrationRefusal.alreadyLabelled
    }
    let lost = discardData ? [] : try backend.witnesses(inRegionOf: geometry.regionSize)
    guard lost.isEmpty else {
      throw CommandFailure(
        .damaged, target,
        "one label for the whole region would bury namespaces whose labels are lost, and which their info blocks name: "
          + lost.listing,
        hint: MigrationCommand(path: target, mappedSize: mappedSize?.bytes, labelSize: labelSize?.bytes)
          .hint(.repair(isPlan: true)))
    }
    guard try geometry.area(in: backend).isZero else { throw MigrationRefusal.damagedIndexes }
    let head = try backend.read(at: 0, count: min(NamespaceContents.headSize, Int(clamping: geometry.regionSize)))
    let label = UnlabelledBackend.Label(version: labels, slot: slot, uuid: uuid ?? UUID(), name: name)
    return MigrationPlan(
      try UnlabelledBackend(geometry, length: backend.size, isFile: backend.kind == .regularFile)
        .labelled(label, labelSize: newSize, head: head))
  }
}

/// Reads a property of the new label; the rules for names and uuids are those of a namespace of vnvdimm-create.
private func specification(_ property: String, _ value: String) throws -> NamespaceSpecification {
  let value = value.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
  do { return try NamespaceSpecification(parsing: "raw,\(property)=\(value)") } catch {
    throw ValidationError(error.description)
  }
}
