import Glibc
import PersistentMemory
package import QEMU
import SystemPackage

extension Backend {
  /// The backend as it is, with what a start uses: S, L (0 without labels), `align=` (0 for what QEMU takes), the
  /// slot where it is told, and the release.
  ///
  /// The labels are read where such a start looks for them; there are none where that lies beyond the end.
  package func fingerprint(
    size mappedSize: UInt64, labelSize: UInt64, align: UInt64, slot: Int?, rules: SizingRules
  ) throws(BackendError) -> LayoutFingerprint {
    let request = BackendRequest(
      id: "mem1", path: path.string, size: mappedSize, labelSize: labelSize == 0 ? nil : labelSize, alignment: align)
    var area: LabelArea?
    if labelSize > 0, labelSize <= UInt64(LabelGeometry.largestArea), labelSize < mappedSize, mappedSize <= size {
      area = try? LabelArea(try read(at: mappedSize - labelSize, count: Int(labelSize)))
    }
    return LayoutFingerprint(
      length: size, size: mappedSize, labelSize: labelSize, align: align, slot: slot ?? area?.virtualSlot,
      rules: rules, region: (try? rules.geometry(of: request).regionSize) ?? 0,
      labels: area.map(LabelsFingerprint.init), file: inode)
  }

  var inode: LayoutFingerprint.File? {
    guard kind == .regularFile, let status = try? descriptor.stat() else { return nil }
    return LayoutFingerprint.File(
      inode: UInt64(status.inode.rawValue), modified: Int64(status.st_mtim.tv_sec))
  }
}
