import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage
import SystemPackage

extension Migration {
  /// The area kept in `file`, at the end of what is mapped, in place of the one that is there, whatever its state.
  static func restored(
    _ file: String, to backend: borrowing Backend, _ options: MigrateLabels
  ) throws -> LabelAreaChange {
    let kept = try LabelFile(file)
    let search = try backend.locateLabelArea(mappedSize: options.mappedSize?.bytes)
    let found: LocatedLabelArea? = if case .found(let area) = search, area.isIntact { area } else { nil }
    let end = options.mappedSize?.bytes ?? found?.end ?? backend.size
    let size = UInt64(kept.area.bytes.count)
    guard end <= backend.size, size < end else {
      throw MigrationRefusal.shorterThanMapped(length: backend.size, mappedSize: max(end, size))
    }
    // Without an index nobody knows how large the area was; the one kept is the best that there is.
    let isThere = found?.end == end
    let present = options.fromLabelSize?.bytes ?? (isThere ? found.map { UInt64($0.size) } : nil) ?? size
    guard present < end, let count = Int(exactly: present), count <= LabelGeometry.largestArea else {
      throw MigrationRefusal.geometry(.labelTooLarge(present))
    }
    let before = LabelAreaPlacement(offset: end - present, bytes: try backend.read(at: end - present, count: count))
    try kept.check(regionSize: (end - size).alignedDown(to: 4096))
    try check(backend, below: isThere ? end - present : end, endsAt: end - size, for: file)
    return LabelAreaChange(
      before: before, after: LabelAreaPlacement(offset: end - size, bytes: kept.area.bytes),
      lengthBefore: backend.size, lengthAfter: backend.size)
  }

  /// Throws where something in the first `limit` bytes of `backend` reaches beyond `start`, where the area in `file` is
  /// to begin: of a backend without labels those bytes are the guest's.
  private static func check(
    _ backend: borrowing Backend, below limit: UInt64, endsAt start: UInt64, for file: String
  ) throws {
    guard start < limit else { return }
    let contents = try backend.contents(of: ContentsWindow(.region, range: 0..<limit))
    guard
      let (item, end) = contents.lazy.compactMap({ item in item.end.map { (item, $0) } }).first(where: { $1 > start })
    else { return }
    let path = backend.path.string
    let hint = "\(MigrateLabels.programName) --join \(file.shellQuotedPath) \(path.shellQuotedPath)"
    throw CommandFailure(
      .damaged, path,
      "\(item.title) reaches beyond the place of the labels (stored \(end.hex), expected at most \(start.hex))",
      hint: backend.kind == .regularFile ? hint : nil)
  }
}
