import ArgumentParser
import CommandSupport
import VNVDIMMCore

/// The changes, of which one is asked for.
struct MigrationOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "Give the label area another size; what is mapped stays.",
    completion: .labelAreaSizes, transform: size)
  var labelSize: ByteCount?

  @Flag(help: "With --label-size: the region stays instead; the file and what is mapped grow or shrink.")
  var keepRegion = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Give a backend without labels an area behind its region, with one label for all of it: auto, or the size.",
      valueName: "size"), completion: .list(["auto", "128K", "2M"]), transform: LabelSize.init(option:))
  var addLabels: LabelSize?

  @Option(help: "Convert the labels to another version.")
  var toVersion: LabelVersion?

  @Option(help: "Make the labels those of a DIMM in another slot.")
  var toSlot: Int?

  @Option(
    name: .customLong("to"), help: "Copy the labels to another backend, which has none; the data is not copied.",
    completion: .file(), transform: utf8Path)
  var toPath: String?

  @Option(
    help: "Move the label area to a new file; the backend ends before it.", completion: .file(), transform: utf8Path)
  var split: String?

  @Option(help: "Append the label area that --split left.", completion: .file(), transform: utf8Path)
  var join: String?

  @Option(
    parsing: .unconditional,
    help: "Move the labels to the end, after the backend grew from this size.", completion: .sizes, transform: size)
  var relocateFrom: ByteCount?

  @Flag(help: "Bring an interrupted change to its end, and mend what is damaged.")
  var repair = false

  @Option(
    help: "Put back the label area that --backup (or ndctl read-labels) kept.", completion: .file(), transform: utf8Path
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
