import ArgumentParser
import Basics
import CommandSupport
import PersistentMemory

/// The changes, of which one is asked for.
struct MigrationOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Another size; what is mapped stays.", valueName: "size"),
    completion: .labelAreaSizes, transform: size)
  var labelSize: ByteCount?

  @Flag(help: "With --label-size: the region stays, the file changes.")
  var keepRegion = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "An area for a backend without: auto, or its size.",
      valueName: "size"), completion: .list(["auto", "128K", "2M"]), transform: LabelSize.init(option:))
  var addLabels: LabelSize?

  @Option(help: ArgumentHelp("Another version.", valueName: "version"))
  var toVersion: LabelVersion?

  @Option(help: ArgumentHelp("Labels of a DIMM in another slot.", valueName: "slot"))
  var toSlot: Int?

  @Option(
    name: .customLong("to"),
    help: ArgumentHelp("Copy the labels, not the data, to a backend without.", valueName: "path"),
    completion: .file(), transform: utf8Path)
  var toPath: String?

  @Option(
    help: ArgumentHelp("Cut the label area off, into a new file.", valueName: "file"), completion: .file(),
    transform: utf8Path)
  var split: String?

  @Option(
    help: ArgumentHelp("Append the label area that --split left.", valueName: "file"), completion: .file(),
    transform: utf8Path)
  var join: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Move them to the end, after the backend grew.", valueName: "size"), completion: .sizes,
    transform: size)
  var relocateFrom: ByteCount?

  @Flag(help: "Complete an interrupted change, mend what is damaged.")
  var repair = false

  @Option(
    help: ArgumentHelp("Put back what --backup kept.", valueName: "file"), completion: .file(), transform: utf8Path
  )
  var restore: String?

  /// The change asked for.
  var migration: Migration {
    get throws {
      let asked = [
        labelSize.map { Migration.labelSize($0.bytes) }, addLabels.map { .addition($0) },
        toVersion.map { .version($0) }, toSlot.map { .slot($0) },
        toPath.map { .copy($0) }, split.map { .split($0) }, join.map { .join($0) },
        relocateFrom.map { .relocation(from: $0.bytes) }, repair ? .repair : nil, restore.map { .restoration($0) },
      ].compactMap(\.self)
      guard let migration = asked.first, asked.count == 1 else {
        throw ValidationError(
          "give exactly one of --label-size, --add-labels, --to-version, --to-slot, --to, --split, --join, "
            + "--relocate-from, --repair and --restore")
      }
      guard !keepRegion || labelSize != nil else { throw ValidationError("--keep-region goes with --label-size only") }
      return migration
    }
  }
}

extension LabelVersion: ExpressibleByArgument {
  /// Virtual NVDIMMs have no labels of version 2.1.
  public static var allValueStrings: [String] { [LabelVersion.v1_1, .v1_2].map(\.rawValue) }
}
