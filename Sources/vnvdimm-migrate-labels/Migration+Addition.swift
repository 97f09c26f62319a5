import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

extension Migration {
  /// A label area for a backend that has none, or a blank one, with one label for its whole region.
  static func labelled(
    _ backend: borrowing Backend, adding size: LabelSize, _ options: MigrateLabels
  ) throws -> LabelAreaChange {
    let mappedSize = options.mappedSize?.bytes ?? backend.size
    let present = options.fromLabelSize?.bytes ?? 0
    let geometry = try geometry(mappedSize, present, backend)
    guard mappedSize <= backend.size else {
      throw MigrationRefusal.shorterThanMapped(length: backend.size, mappedSize: mappedSize)
    }
    if case .exactly(let wanted) = size, present != 0, wanted != present {
      throw CommandFailure(
        .usage, "--add-labels",
        "the blank area has another size (stored \(ByteCount(present).precise), expected \(ByteCount(wanted).precise))")
    }
    // Wherever it ends: somebody may have changed the length of the backend.
    switch try backend.locateLabelArea(mappedSize: options.mappedSize?.bytes) {
    case .nothing: break
    case .found, .ambiguous, .cutOff: throw MigrationRefusal.alreadyLabelled
    }
    guard try area(of: geometry, in: backend).allSatisfy({ $0 == 0 }) else { throw MigrationRefusal.damagedIndexes }
    let head = try backend.read(at: 0, count: min(NamespaceContents.headSize, Int(clamping: geometry.regionSize)))
    return try UnlabelledBackend(geometry, length: backend.size, isFile: backend.kind == .regularFile)
      .labelled(options.labels.label, labelSize: size, head: head)
  }
}
