import ArgumentParser
import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

/// `restore PATH BACKUP`: the label area as a backup has it, whatever has become of the one that is there.
struct Restore: Migration {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Put back the label area that a backup has.",
    usage: "vnvdimm-migrate-labels restore [<options>] <path> <backup>",
    discussion: """
      EXAMPLES
        vnvdimm-migrate-labels restore nv.img nv.img.labels-1.bin
      """)

  @OptionGroup var options: MigrationOptions

  @Argument(
    help: ArgumentHelp("The file that holds the label area.", valueName: "backup"), completion: .file(),
    transform: utf8Path)
  var file: String

  @OptionGroup var area: AreaOptions
  @OptionGroup var backupOptions: BackupOptions

  var backup: BackupOptions? { backupOptions }
  var command: MigrationCommand { area.command(for: target) }

  func plan(of backend: borrowing Backend) throws -> MigrationPlan {
    let kept = try LabelFile(file)
    let search = try backend.locateLabelArea(mappedSize: area.mappedSize?.bytes)
    let found: LocatedLabelArea? = if case .found(let place) = search, place.isIntact { place } else { nil }
    let end = area.mappedSize?.bytes ?? found?.end ?? backend.size
    let size = UInt64(kept.area.bytes.count)
    guard end <= backend.size, size < end else {
      throw MigrationRefusal.shorterThanMapped(length: backend.size, mappedSize: max(end, size))
    }
    // Without an index nobody knows how large the area was; the one kept is the best that there is.
    let isThere = found?.end == end
    let present = area.labelSize?.bytes ?? (isThere ? found.map { UInt64($0.size) } : nil) ?? size
    guard present < end, let count = Int(exactly: present), count <= LabelGeometry.largestArea else {
      throw MigrationRefusal.geometry(.labelTooLarge(present))
    }
    let before = LabelAreaPlacement(offset: end - present, bytes: try backend.read(at: end - present, count: count))
    try kept.check(regionSize: (end - size).alignedDown(to: 4096))
    try check(backend, below: isThere ? end - present : end, endsAt: end - size)
    return MigrationPlan(
      LabelAreaChange(
        before: before, after: LabelAreaPlacement(offset: end - size, bytes: kept.area.bytes),
        lengthBefore: backend.size, lengthAfter: backend.size))
  }

  /// Throws where something in the first `limit` bytes of `backend` reaches beyond `start`, where the area is to begin:
  /// of a backend without labels those bytes are the guest's.
  private func check(_ backend: borrowing Backend, below limit: UInt64, endsAt start: UInt64) throws {
    guard start < limit else { return }
    let contents = try backend.contents(of: ContentsWindow(.region, range: 0..<limit))
    guard
      let (item, end) = contents.lazy.compactMap({ item in item.end.map { (item, $0) } }).first(where: { $1 > start })
    else { return }
    throw CommandFailure(
      .damaged, target,
      "\(item.title) reaches beyond the place of the labels (stored \(end.hex), expected at most \(start.hex))",
      hint: backend.kind == .regularFile ? MigrationCommand(path: target).line(.join(file)) : nil)
  }
}
