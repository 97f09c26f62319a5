import ArgumentParser
import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

/// `restore PATH BACKUP`: restores the label area of a backup, whatever the state of the present one, and the blocks
/// that were changed with it.
struct Restore: Migration {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Restore the label area, and whatever else a change overwrote, from a backup.",
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
    guard kept.area != nil else { return try removal(of: found, with: kept.backup, from: backend) }
    let size = UInt64(kept.backup.area.count)
    let end = area.mappedSize?.bytes ?? kept.backup.origin.map { $0.offset &+ size } ?? found?.end ?? backend.size
    guard end <= backend.size, size < end else {
      throw MigrationRefusal.shorterThanMapped(length: backend.size, mappedSize: max(end, size))
    }
    // Without an index, the size of the present area is not known; that of the backup is the best estimate.
    let isThere = found?.end == end
    let present = area.labelSize?.bytes ?? (isThere ? found.map { UInt64($0.size) } : nil) ?? size
    guard present < end, let count = Int(exactly: present), count <= LabelGeometry.largestArea else {
      throw MigrationRefusal.geometry(.labelTooLarge(present))
    }
    let before = LabelAreaPlacement(offset: end - present, bytes: try backend.bytes(at: end - present, count: count))
    try kept.check(regionSize: (end - size).alignedDown(to: 4096))
    try check(backend, below: isThere ? end - present : end, endsAt: end - size)
    let damage = kept.damage(regionSize: (end - size).alignedDown(to: 4096)).map { finding in
      (
        "the restored labels are damaged, as they were when they were saved: \(finding.fact)",
        command.hint(.repair(isPlan: true))
      )
    }
    return MigrationPlan(
      LabelAreaChange(
        before: before, after: LabelAreaPlacement(offset: end - size, bytes: kept.backup.area),
        lengthBefore: backend.size, lengthAfter: backend.size,
        rewrites: try rewrites(from: kept.backup, in: backend, area: found)), damage: damage)
  }

  /// Plans the removal of the area in `place`, which did not exist when `backup` was made, and the restoration of the
  /// other blocks.
  private func removal(
    of place: LocatedLabelArea?, with backup: LabelBackup, from backend: borrowing Backend
  ) throws -> MigrationPlan {
    guard let place, let origin = backup.origin, origin.length <= place.offset else {
      throw CommandFailure(
        .damaged, file, "the backup was made before there were labels, and the backend now has other labels",
        hint: .command("vnvdimm-label-dump", path: target))
    }
    let before = LabelAreaPlacement(
      offset: place.offset, bytes: try backend.bytes(at: place.offset, count: place.size))
    return MigrationPlan(
      LabelAreaChange(
        before: before, after: nil, lengthBefore: backend.size, lengthAfter: origin.length,
        rewrites: try rewrites(from: backup, in: backend, area: place)))
  }

  /// Returns the blocks to restore outside the label area. They may replace zeros, an info block of the same kind, or
  /// the present label area `area`. Everything else there is the user's data.
  private func rewrites(
    from backup: LabelBackup, in backend: borrowing Backend, area: LocatedLabelArea?
  ) throws -> [LabelAreaChange.Rewrite] {
    var rewrites: [LabelAreaChange.Rewrite] = []
    for block in backup.blocks {
      let now = try backend.bytes(at: block.offset, count: block.bytes.count)
      let isLabels = area.map { block.range.clamped(to: $0.offset..<$0.end) == block.range } ?? false
      // Only a block as small as an info block can be one.
      let head = min(block.bytes.count, InfoBlock.size + 1)
      let kind = InfoBlock.Signature(of: block.bytes.bytes(in: 0..<head))
      let present = now.bytes(in: 0..<head)
      let isSameKind = InfoBlock.checksumHolds(present) && InfoBlock.Signature(of: present) == kind
      guard isLabels || isSameKind || now == block.bytes || now.isZero else {
        throw CommandFailure(
          .damaged, target,
          "there is other data at \(block.offset.hex), where the backup has "
            + (kind == nil ? "what the change overwrote" : "an info block"),
          hint: .command("xxd", "-s", "\(block.offset)", "-l", "\(block.bytes.count)", path: target))
      }
      guard now != block.bytes else { continue }
      rewrites.append(LabelAreaChange.Rewrite(offset: block.offset, before: now, after: block.bytes))
    }
    return rewrites
  }

  /// Throws if something in the first `limit` bytes of `backend` extends beyond `start`, where the area is to begin: in
  /// a backend without labels those bytes are the guest's.
  private func check(_ backend: borrowing Backend, below limit: UInt64, endsAt start: UInt64) throws {
    guard start < limit else { return }
    let contents = try backend.contents(of: ContentsWindow(.region, range: 0..<limit))
    guard
      let (item, end) = contents.lazy.compactMap({ item in item.end.map { (item, $0) } }).first(where: { $1 > start })
    else { return }
    throw CommandFailure(
      .damaged, target,
      "\(item.title) reaches beyond the place of the labels (stored \(end.hex), expected at most \(start.hex))",
      hint: backend.kind == .regularFile ? MigrationCommand(path: target).hint(.join(file)) : nil)
  }
}
