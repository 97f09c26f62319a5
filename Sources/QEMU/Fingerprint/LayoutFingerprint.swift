package import Basics

/// How a backend is laid out and whose it is, kept with it, so that whatever moves its label area or takes its data
/// is noticed before a guest starts. All sizes are in bytes.
package struct LayoutFingerprint: Hashable, Sendable, Codable {
  /// The file by itself, whatever is in it.
  package struct File: Hashable, Sendable, Codable {
    package let inode: UInt64
    /// When its contents changed last, in seconds since 1970.
    package let modified: Int64

    package init(inode: UInt64, modified: Int64) {
      self.inode = inode
      self.modified = modified
    }
  }

  package static let format = 1

  package let format: Int
  /// F.
  package let length: UInt64
  /// S.
  package let size: UInt64
  /// L; 0 without labels.
  package let labelSize: UInt64
  /// `align=`; 0 for what QEMU takes.
  package let align: UInt64
  /// The DIMM's slot; nil where neither a label nor anybody tells it.
  package let slot: Int?
  /// The release whose rules the layout follows.
  package let qemu: String
  package let arch: Architecture
  /// R, by those rules.
  package let region: UInt64
  /// Nil without a label area.
  package let labels: LabelsFingerprint?
  /// Nil for a device.
  package let file: File?

  private enum CodingKeys: String, CodingKey {
    case format, length, size, labelSize = "label_size", align, slot, qemu, arch, region, labels, file
  }

  package init(
    length: UInt64, size: UInt64, labelSize: UInt64, align: UInt64, slot: Int?, rules: SizingRules, region: UInt64,
    labels: LabelsFingerprint?, file: File?
  ) {
    format = Self.format
    self.length = length
    self.size = size
    self.labelSize = labelSize
    self.align = align
    self.slot = slot
    qemu = rules.release.description
    arch = rules.architecture
    self.region = region
    self.labels = labels
    self.file = file
  }

  /// The rules that the layout follows; nil for a release that this program does not know.
  package var rules: SizingRules? { QEMURelease(parsing: qemu).map { SizingRules($0, arch) } }

  /// The mapped size less the label size; nil without labels.
  var labelOffset: UInt64? { labelSize == 0 || labelSize > size ? nil : size - labelSize }
}
