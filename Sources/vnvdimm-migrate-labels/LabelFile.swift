import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage
import SystemPackage

/// A file that holds a label area and nothing else, as `--backup`, `--split` and `ndctl read-labels` leave it.
struct LabelFile {
  let path: String
  let area: LabelArea

  init(_ path: String) throws {
    self.path = path
    let backend = try Backend(path: FilePath(path))
    guard backend.size <= UInt64(LabelGeometry.largestArea) else {
      throw LabelAreaError.tooLarge(backend.size).failure(at: path)
    }
    let bytes = try backend.read(at: 0, count: Int(backend.size))
    do { area = try LabelArea(bytes) } catch { throw error.failure(at: path) }
    guard area.indexes.current != nil || area.isBlank else {
      throw CommandFailure(
        .damaged, path, "neither index block is valid", hint: "vnvdimm-label-dump --verify \(path.shellQuotedPath)")
    }
  }

  /// Throws where Linux would refuse the DIMM or its region, of `regionSize` bytes, for a label of the area.
  func check(regionSize: UInt64) throws {
    let slot = area.validLabels.lazy.compactMap { InterleaveSetCookie.virtualSlot(of: $0.cookie) }.first ?? 0
    let probe = RegionProbe(
      area, regionSize: regionSize, cookie: InterleaveSetCookie(virtualSlot: slot), boot: .warm)
    guard case .refused(let refusal, _) = probe.outcome else { return }
    throw CommandFailure(
      .damaged, path,
      "with these labels Linux would refuse the DIMM for that in slot \(refusal.slot) (\(refusal.rule.rawValue))",
      hint: "vnvdimm-label-dump --verify \(path.shellQuotedPath)")
  }
}
