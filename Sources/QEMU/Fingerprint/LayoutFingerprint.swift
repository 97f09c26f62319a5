package import Basics

/// The layout and the owner of a backend, stored with the backend. It reveals, before a guest starts, any change that
/// moves the label area or loses data. All sizes are in bytes.
package struct LayoutFingerprint: Hashable, Sendable {
  /// The identity of the file, independent of its contents.
  package struct File: Hashable, Sendable {
    package let inode: UInt64
    /// The time of the last modification of the contents, in seconds since 1970.
    package let modified: Int64

    package init(inode: UInt64, modified: Int64) {
      self.inode = inode
      self.modified = modified
    }
  }

  /// The length F of the file or device.
  package let length: UInt64
  /// The mapped size S.
  package let size: UInt64
  /// The label size L; 0 without labels.
  package let labelSize: UInt64
  /// The value of `align=`; 0 for QEMU's default.
  package let align: UInt64
  /// The DIMM slot; `nil` if neither a label nor an option gives it.
  package let slot: Int?
  /// The release whose rules the layout follows.
  package let qemu: String
  package let arch: Architecture
  /// The size R of the guest's region by those rules.
  package let region: UInt64
  /// The fingerprint of the labels; `nil` without a label area.
  package let labels: LabelsFingerprint?
  /// The identity of the file; `nil` for a device.
  package let file: File?

  package init(
    length: UInt64, size: UInt64, labelSize: UInt64, align: UInt64, slot: Int?, rules: SizingRules, region: UInt64,
    labels: LabelsFingerprint?, file: File?
  ) {
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

  /// The rules that the layout follows; `nil` if this program does not know the release.
  package var rules: SizingRules? { QEMURelease(parsing: qemu).map { SizingRules($0, arch) } }

  /// The mapped size minus the label size; `nil` without labels.
  var labelOffset: UInt64? { labelSize == 0 || labelSize > size ? nil : size - labelSize }
}

extension LayoutFingerprint {
  /// The fingerprint in its stored form, including the version of the format.
  package var json: JSONValue {
    JSONValue(present: [
      ("format", .format), ("length", JSONValue(length)), ("size", JSONValue(size)),
      ("label_size", JSONValue(labelSize)),
      ("align", JSONValue(align)), ("slot", slot.map { JSONValue($0) }), ("qemu", .text(qemu)),
      ("arch", .text(arch.rawValue)), ("region", JSONValue(region)), ("labels", labels?.json), ("file", file?.json),
    ])
  }

  /// Reads the fingerprint in `json`; `nil` if `json` is something else, or has a later format.
  package init?(_ json: JSONValue) {
    guard json["format"] == .format, let length: UInt64 = json["length"]?.number(),
      let size: UInt64 = json["size"]?.number(), let labelSize: UInt64 = json["label_size"]?.number(),
      let align: UInt64 = json["align"]?.number(), let qemu = json["qemu"]?.text,
      let arch = json["arch"]?.text.flatMap({ Architecture(rawValue: $0) }),
      let region: UInt64 = json["region"]?.number()
    else { return nil }
    self.length = length
    self.size = size
    self.labelSize = labelSize
    self.align = align
    self.qemu = qemu
    self.arch = arch
    self.region = region
    slot = json["slot"]?.number()
    labels = json["labels"].flatMap { LabelsFingerprint($0) }
    file = json["file"].flatMap { File($0) }
    guard (slot == nil) == (json["slot"] == nil), (labels == nil) == (json["labels"] == nil),
      (file == nil) == (json["file"] == nil)
    else { return nil }
  }
}

extension LayoutFingerprint.File {
  fileprivate var json: JSONValue { .object([("inode", JSONValue(inode)), ("modified", JSONValue(modified))]) }

  fileprivate init?(_ json: JSONValue) {
    guard let inode: UInt64 = json["inode"]?.number(), let modified: Int64 = json["modified"]?.number() else {
      return nil
    }
    self.init(inode: inode, modified: modified)
  }
}
