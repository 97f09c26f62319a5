import Basics
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// Looks for signs that somebody made a machine's backends shorter since they were made or sealed: what lay behind their
/// end is lost, and mostly that is the labels.
struct ShorteningSearch {
  /// Bytes that are still searched for index blocks where nothing else tells; each backend takes 2 MiB at most.
  private var left: UInt64 = 32 << 20

  /// What tells that `file`, which is to have `labelSize` bytes of labels, was made shorter.
  mutating func finding(in file: borrowing Backend, labelSize: UInt64) -> Finding? {
    guard file.kind == .regularFile else { return nil }
    return Self.truncation(of: file, labelSize: labelSize) ?? cutOff(of: file, labelSize: labelSize)
  }

  /// By the layout fingerprint.
  private static func truncation(of file: borrowing Backend, labelSize: UInt64) -> Finding? {
    guard let sealed = (try? LayoutSeal(of: file, sidecar: nil))?.fingerprint, file.size < sealed.length,
      let now = try? file.fingerprint(
        size: file.size, labelSize: labelSize, align: sealed.align, slot: nil, rules: SizingRules(.newest))
    else { return nil }
    return LayoutVerification(of: file.path.string, sealed: sealed, now: now).findings.first { finding in
      finding.rule == LayoutRule.truncated.rawValue
    }
  }

  /// By an index block that describes an area beyond the end; none does where one is in its place.
  private mutating func cutOff(of file: borrowing Backend, labelSize: UInt64) -> Finding? {
    let reach = min(LabelAreaLocator.reaches[0], file.size)
    guard !file.hasIndexBlock(ofAreaOf: labelSize), reach <= left else { return nil }
    left -= file.dataRanges(in: file.size - reach..<file.size).reduce(0) { $0 + UInt64($1.count) }
    guard
      case .cutOff(let area)? = try? file.locateLabelArea(mappedSize: file.size, reaches: [reach])
        .ofAtLeast(BackendGeometry.smallestLabelSize)
    else { return nil }
    return area.cutOff(in: file.path.string, length: file.size, hasLabels: labelSize > 0)
  }
}

extension Backend {
  /// Whether a valid index block begins an area of `labelSize` bytes at the end.
  fileprivate func hasIndexBlock(ofAreaOf labelSize: UInt64) -> Bool {
    guard labelSize > 0, labelSize <= size, let areaSize = Int(exactly: labelSize) else { return false }
    return LabelGeometry.labelSizes.contains { labelSize in
      guard let geometry = LabelGeometry(areaSize: areaSize, labelSize: labelSize) else { return false }
      return [0, 1].contains { (number: Int) in
        let offset = size - UInt64(areaSize) + UInt64(geometry.indexOffset(number))
        guard let bytes = try? read(at: offset, count: geometry.indexSize) else { return false }
        return IndexBlock(bytes).firstDefect(as: number, in: geometry) == nil
      }
    }
  }
}
