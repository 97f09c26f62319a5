import ArgumentParser
import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

/// `join PATH FILE`: puts back the label area that `split` removed.
struct Join: Migration {
  static let configuration = CommandConfiguration(
    commandName: "join",
    abstract: "Append a label area that split saved in a file.",
    usage: "vnvdimm-migrate-labels join [<options>] <path> <file>",
    discussion: """
      EXAMPLES
        vnvdimm-migrate-labels join nv.img labels.bin
      """)

  @OptionGroup var options: MigrationOptions

  @Argument(help: "The file that holds the label area.", completion: .file(), transform: utf8Path)
  var file: String

  @Option(
    name: .customLong("size"), parsing: .unconditional,
    help: "The mapped size, QEMU's size=. (default: the file size)", completion: .sizes, transform: size)
  var mappedSize: ByteCount?

  @OptionGroup var backupOptions: BackupOptions

  var backup: BackupOptions? { backupOptions }

  func plan(of backend: borrowing Backend) throws -> MigrationPlan {
    let mapped = mappedSize?.bytes ?? backend.size
    guard let area = try LabelFile(file).area else {
      throw CommandFailure(.damaged, file, "a backup of a backend that had no label area")
    }
    if case .found(let place) = try backend.locateLabelArea(mappedSize: mapped), place.end == mapped {
      throw MigrationRefusal.alreadyLabelled
    }
    let isFile = backend.kind == .regularFile
    let size = min(UInt64(area.bytes.count), mapped)
    let occupant = isFile ? [] : try backend.bytes(at: mapped - size, count: Int(size))
    let geometry = try BackendGeometry(of: backend, mappedSize: mapped, labelSize: 0)
    return MigrationPlan(
      try UnlabelledBackend(geometry, length: backend.size, isFile: isFile).joined(with: area, occupant: occupant))
  }
}
