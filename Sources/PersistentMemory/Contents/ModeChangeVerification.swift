package import Basics

/// What is lost of the things in a disk if its namespace is given another mode, as `ndctl create-namespace --reconfig`
/// does.
///
/// Sources: Linux 6.1 drivers/nvdimm/pfn_devs.c `nd_pfn_init`, btt.c `create_arenas`; ndctl 76 `zero_info_block`, which
/// writes zeros to the first 8 KiB before.
package struct ModeChangeVerification: Sendable {
  package private(set) var findings: [Finding] = []

  /// `base` is the guest's address of the region.
  package init(_ contents: [StoredContents], in window: ContentsWindow, to mode: NamespaceMode, base: UInt64) {
    guard let disk = Disk(in: window.namespace, as: mode, base: base) else { return }
    // What is in a partition goes with its table.
    for item in contents where item.partition == nil && disk.range != window.range {
      let begin = item.offset
      let end = min(item.end ?? window.range.upperBound, window.range.upperBound)
      let taken = disk.taken.clamped(to: begin..<max(begin, end))
      let subject = "\(item.title) in \(window)"
      let what =
        if disk.range == nil {
          "\(subject) is lost in \(mode.rawValue) mode, where a translation table determines the place of every sector"
        } else if !taken.isEmpty {
          "\(subject) loses its bytes \(taken.lowerBound.hex) to \(taken.upperBound.hex) to the metadata of "
            + "\(mode.rawValue) mode"
        } else {
          "\(subject) is not where the disk begins in \(mode.rawValue) mode, and is not found"
        }
      findings.append(
        Finding(
          ContentsRule.cutByMode, what, severity: disk.range != nil && taken.isEmpty ? .warning : nil,
          stored: "\(begin.hex) to \(end.hex)", expected: disk.range.map { "from \($0.lowerBound.hex) on" },
          offset: begin))
    }
  }

  /// A namespace in a mode. All numbers are bytes of the backend.
  private struct Disk {
    /// Where data lies in one piece; nil where it does not.
    let range: Range<UInt64>?
    /// What the mode writes.
    let taken: Range<UInt64>

    /// Nil where the kernel makes no such namespace there.
    init?(in namespace: Range<UInt64>, as mode: NamespaceMode, base: UInt64) {
      let (start, size) = (namespace.lowerBound, namespace.upperBound - namespace.lowerBound)
      switch mode {
      case .raw:
        range = namespace
        taken = start..<start
      case .sector:
        range = nil
        taken = namespace
      case .fsdax, .devdax:
        guard let address = base.checkedSum(start),
          let layout = PFNLayout(
            start: address, size: size, map: .device, alignment: UInt32(PFNLayout.subsectionSize))
        else { return nil }
        let first = start + layout.dataOffset
        range = first..<first + layout.dataSize
        taken = start..<first
      }
    }
  }
}
