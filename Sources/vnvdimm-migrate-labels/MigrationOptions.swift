import ArgumentParser
import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage
import SystemPackage

/// The options of every verb.
struct MigrationOptions: ParsableArguments {
  @Argument(help: "The backend: a file, a block device, a DAX device.", completion: .file(), transform: utf8Path)
  var path: String

  @Flag(name: [.customShort("n"), .long], help: "Print what would be written, and change nothing.")
  var plan = false

  @OptionGroup var answer: AnswerOptions
  @OptionGroup var permit: UsePermit
}

/// The place of the label area, for verbs that change an existing one.
struct AreaOptions: ParsableArguments {
  @Option(
    name: .customLong("size"), parsing: .unconditional,
    help: "The mapped size, QEMU's size=. (default: the file size)", completion: .sizes, transform: size)
  var mappedSize: ByteCount?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The label size, if the area is not found automatically.", valueName: "size"),
    completion: .labelAreaSizes, transform: size)
  var labelSize: ByteCount?

  /// Reads the label area of `backend`.
  func source(
    in backend: borrowing Backend, mappedSize other: UInt64? = nil, sizeOption: String? = "--size"
  ) throws -> LabelAreaSource {
    try LabelAreaSource(
      backend, mappedSize: other ?? mappedSize?.bytes, labelSize: labelSize?.bytes,
      command: .typed(MigrateLabels.programName), sizeOption: sizeOption)
  }

  /// Returns `backend` with its present labels.
  func labelled(_ backend: borrowing Backend) throws -> LabelledBackend {
    try LabelledBackend(source(in: backend), of: backend)
  }

  /// Returns the call for the backend at `path`, with these options.
  func command(for path: String) -> MigrationCommand {
    MigrationCommand(path: path, mappedSize: mappedSize?.bytes, labelSize: labelSize?.bytes)
  }
}

extension LabelledBackend {
  /// Creates `backend` with the labels in `source`, its label area.
  init(_ source: LabelAreaSource, of backend: borrowing Backend) throws {
    try self.init(
      LabelArea(source.bytes),
      geometry: BackendGeometry(
        of: backend, mappedSize: source.location.end, labelSize: UInt64(source.location.size)),
      length: backend.size, isFile: backend.kind == .regularFile)
  }
}

extension BackendGeometry {
  /// Computes the geometry of `backend` if `mappedSize` bytes of it are mapped, the last `labelSize` of which are the
  /// label area.
  init(of backend: borrowing Backend, mappedSize: UInt64, labelSize: UInt64) throws {
    do { try self.init(mappedSize: mappedSize, labelSize: labelSize) } catch {
      throw CommandFailure(.unsupported, backend.path.string, "\(error)")
    }
  }

  /// Reads the bytes of the present or future label area of `backend`.
  func area(in backend: borrowing Backend) throws -> SparseBytes {
    guard let offset = labelOffset else { return [] }
    return try backend.bytes(at: offset, count: Int(labelSize))
  }
}
