import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage
import SystemPackage

/// A file with a label area, as made by a backup, `split` or `ndctl read-labels`. A backup may also contain other
/// blocks from before a change.
struct LabelFile {
  let path: String
  let backup: LabelBackup
  /// The label area; `nil` if there was none before the change.
  let area: LabelArea?

  init(_ path: String) throws {
    self.path = path
    let backend = try Backend(path: FilePath(path))
    guard backend.size <= LabelBackup.limit else { throw LabelAreaError.tooLarge(backend.size).failure(at: path) }
    // Check first, because a file that is not a label area may be of any size.
    let tail = UInt64(min(LabelBackup.endSize, Int(backend.size)))
    let size = LabelBackup.areaSize(end: try backend.read(at: backend.size - tail, count: Int(tail))) ?? backend.size
    let whole = LocatedLabelArea(offset: 0, size: Int(clamping: size), isIntact: true)
    guard
      try size < 1 << 20 || size > backend.size || backend.isBlank(0..<size) || !backend.indexBlocks(of: whole).isEmpty
    else {
      throw Self.damaged(path)
    }
    guard
      let backup = try LabelBackup(
        size: backend.size,
        read: { (offset, count) throws(BackendError) in try backend.bytes(at: offset, count: count) })
    else {
      throw CommandFailure(.damaged, path, "a backup that is damaged: its checksums do not hold")
    }
    self.backup = backup
    guard !backup.area.isEmpty || backup.origin == nil else {
      area = nil
      return
    }
    let area: LabelArea
    do { area = try LabelArea(backup.area) } catch { throw error.failure(at: path) }
    self.area = area
    guard area.indexes.current != nil || area.isBlank else { throw Self.damaged(path) }
  }

  private static func damaged(_ path: String) -> CommandFailure {
    CommandFailure(
      .damaged, path, "neither index block is valid", hint: .command("vnvdimm-label-dump", "--verify", path: path))
  }

  /// Throws if Linux would refuse the DIMM or its region, of `regionSize` bytes, because of a label of the area.
  func check(regionSize: UInt64) throws {
    guard let area else { return }
    let slot = area.validLabels.lazy.compactMap { InterleaveSetCookie.virtualSlot(of: $0.cookie) }.first ?? 0
    let probe = RegionProbe(
      area, regionSize: regionSize, cookie: InterleaveSetCookie(virtualSlot: slot), boot: .warm)
    guard case .refused(let refusal, _) = probe.outcome else { return }
    throw CommandFailure(
      .damaged, path,
      "with these labels Linux would refuse the DIMM because of the one in slot \(refusal.slot) (\(refusal.rule.rawValue))",
      hint: .command("vnvdimm-label-dump", "--verify", path: path))
  }

  /// Returns the first error in the labels, which are those of a region of `regionSize` bytes; `nil` if there is none.
  func damage(regionSize: UInt64) -> Finding? {
    area.flatMap { area in
      let cookie = area.virtualSlot.map { InterleaveSetCookie(virtualSlot: $0) }
      return LabelVerification(area, dimm: LabelledDIMM(regionSize: regionSize, cookie: cookie)).findings
        .first { $0.severity == .error }
    }
  }
}
