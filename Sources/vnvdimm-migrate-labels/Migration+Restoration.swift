import BackendStorage
import CommandSupport
import SystemPackage
import VNVDIMMCore

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
    return LabelAreaChange(
      before: before, after: LabelAreaPlacement(offset: end - size, bytes: kept.area.bytes),
      lengthBefore: backend.size, lengthAfter: backend.size)
  }
}
