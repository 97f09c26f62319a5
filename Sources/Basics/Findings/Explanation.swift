/// An explanation of a rule for the user, in whole sentences.
///
/// In the sentences, backticks enclose literal text such as an option, and `name(1)` is a page of the manual.
package struct Explanation: Hashable, Sendable {
  /// The facts.
  package let cause: String
  /// The consequences for the guest or its data.
  package let consequence: String
  /// The remedy.
  package let cure: String

  package init(cause: String, consequence: String, cure: String) {
    self.cause = cause
    self.consequence = consequence
    self.cure = cure
  }
}

/// Rules on one topic, in the order of the manual. The raw value is the heading.
package enum RuleChapter: String, Sendable, CaseIterable {
  // A backend and the start of a machine.
  case path = "What stands at the path"
  case fileSize = "File size and mapped size"
  case alignment = "Alignment"
  case labels = "Labels"
  case namespaces = "Namespaces"
  case libvirt = "Libvirt"
  case contents = "Contents"
  case condition = "The condition of the NVDIMM"
  case host = "The host"
  case machine = "The machine"
  case combinations = "Combinations of options"
  case consumers = "Other programs"

  // A change.
  case creation = "A new backend"
  case length = "Another file size"

  case fingerprint = "The layout fingerprint"

  // The contents of a label area.
  case labelArea = "The label area"
  case indexRefused = "Index blocks that Linux does not accept"
  case indexAccepted = "Index blocks that Linux accepts"
  case labelRefused = "Labels that Linux refuses or hides"
  case labelIrregular = "Irregular labels"

  /// The pages of the manual that list the rules of the chapter, all in section 1.
  package var pages: [String] {
    switch self {
    case .path, .fileSize, .alignment, .labels, .namespaces, .libvirt, .contents, .condition, .host, .machine,
      .combinations, .consumers:
      ["vnvdimm-check"]
    case .creation: ["vnvdimm-create"]
    case .length: ["vnvdimm-resize-guard"]
    case .fingerprint: ["vnvdimm-check", "vnvdimm-resize-guard"]
    case .labelArea, .indexRefused, .indexAccepted, .labelRefused, .labelIrregular: ["vnvdimm-label-dump"]
    }
  }

  /// An introduction that applies to all rules of the chapter, in the form of an `Explanation`; `nil` if the heading
  /// suffices.
  package var introduction: String? {
    switch self {
    case .namespaces:
      """
      These rules are about what the guest makes of the info blocks in a region without labels, and in namespaces whose \
      labels are in order. Offsets count from the start of the backend.
      """
    case .contents:
      """
      These rules are about what the guest keeps in a region without labels, and in namespaces in raw and fsdax mode. \
      The suite reads GPT, MBR, ext2, ext3, ext4, XFS, btrfs, LVM2, swap, FAT, exFAT, NTFS, F2FS, NILFS2, ISO 9660, \
      SquashFS and EROFS. Where the host has libblkid(3), it names everything else, since its release 2.39 with the end \
      of it: members of arrays too, which have their superblock at the end.
      """
    case .condition:
      """
      These rules are about the media errors and the health that vnvdimm-emulate(1) gives an NVDIMM for tests, and keeps \
      in `.NAME.vnvdimm-dimm` beside the backend. Offsets count from the start of the backend, those in the messages \
      from the start of the namespace.
      """
    case .fingerprint:
      """
      These rules compare the backend, and the options of a start, with the fingerprint that vnvdimm-resize-guard(1) has \
      sealed.
      """
    case .combinations:
      """
      These rules are about options of one command line that do not go together. Beside them, the root user of a guest \
      whose NVDIMM has labels can end QEMU of any release with a failed assertion, by reading 0 bytes of the label area; \
      no kernel does so by itself.
      """
    case .labelRefused:
      """
      `vnvdimm-migrate-labels repair` repairs labels for which Linux refuses the DIMM or the region, where it knows how, \
      and drops the others, so that as many bytes as possible belong to a namespace again. With `--plan` it only lists \
      them.
      """
    case .consumers:
      """
      These rules are about the program that `--for` names. The sentences in the messages are those of the program.
      """
    case .path, .fileSize, .alignment, .labels, .libvirt, .host, .machine, .creation, .length, .labelArea,
      .indexRefused, .indexAccepted, .labelIrregular:
      nil
    }
  }
}
