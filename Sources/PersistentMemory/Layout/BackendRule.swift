package import Basics

/// Everything that can be found about a backend as a whole, its sizes and its place. The raw value is the stable id.
package enum BackendRule: String, CaseIterable, FindingRule, Hashable {
  // What stands at the path.
  case missing = "backend-missing"
  /// QEMU tries to open it forever.
  case danglingLink = "backend-dangling-link"
  case directory = "backend-directory"
  /// A fifo, a character device: it cannot hold an NVDIMM.
  case unsuitable = "backend-unsuitable"
  /// The backend cannot be opened, or cannot be opened for writing.
  case inaccessible = "backend-inaccessible"
  case empty = "backend-empty"
  /// Another DIMM of the machine has the same file.
  case usedTwice = "backend-used-twice"
  /// A change of the labels that a crash interrupted.
  case unfinishedChange = "label-change-unfinished"

  // File against size.
  case smaller = "backend-smaller"
  case larger = "backend-larger"
  /// QEMU 2.6 and 2.7 make the file as long as `size=`.
  case truncated = "backend-truncated"
  case extended = "backend-extended"

  // Alignment.
  case sizeNotPageMultiple = "size-not-page-multiple"
  case alignment = "backend-alignment"
  case noRoomForRegion = "region-no-room"
  case gap = "region-gap"
  case regionGranularity = "region-granularity"
  /// The guest rounds namespaces to more than the region is a multiple of.
  case guestAlignment = "guest-alignment"
  /// The region starts where the guest cannot make every kind of namespace.
  case regionStart = "region-start"

  /// RAM that the guest refuses, for it does not begin and end with a memory block.
  case memoryBlock = "memory-block"
  /// A virtio-pmem that the guest cannot map.
  case virtioAlignment = "virtio-pmem-alignment"

  // Labels.
  case labelSize = "label-size"
  case labelRequired = "label-required"
  /// The DIMM reports only the lower 32 bits of the size to the guest.
  case labelTooLarge = "label-size-too-large"
  /// A label area ends with the file, while QEMU looks for one at the end of `size=`.
  case labelAreaBehind = "label-area-behind-size"
  /// A label area ends where neither `size=` nor the file does: it was made for another size.
  case labelAreaElsewhere = "label-area-elsewhere"
  /// A label area of another size than the one configured.
  case labelAreaOther = "label-area-other-size"
  /// A label area that would be the guest's data, for want of a label size.
  case labelAreaUnused = "label-area-unused"
  /// An index block describes an area that the end of the backend cuts off.
  case labelAreaCutOff = "label-area-cut-off"
  /// More than one area ends where QEMU looks for one, and none is given.
  case labelAreaAmbiguous = "label-area-ambiguous"
  /// The labels belong to a certain slot, but the start gives no slot, and QEMU may choose another one.
  case labelsForSlot = "labels-for-slot"
  /// The labels were made for the DIMM in another slot than this one.
  case labelsOtherSlot = "labels-other-slot"

  // The machine.
  case crash = "qemu-crash"
  case uuidRequired = "uuid-required"
  case memory = "machine-memory"
  case slot = "machine-slot"
  /// QEMU refuses its command line, for a reason that no other rule has.
  case refused = "qemu-refuses"
  /// What QEMU does with the command line is not described.
  case undescribed = "qemu-undescribed"

  // Combinations.
  /// A guest that writes labels to a backend that is only read.
  case labelsReadOnly = "labels-read-only"
  /// QEMU falls over the attempt to preallocate what it may not write.
  case preallocatedReadOnly = "preallocated-read-only"
  /// What the guest writes does not reach the backend.
  case notShared = "writes-not-shared"
  /// The guest is told not to rely on a backend that it can write to.
  case unarmedWritable = "unarmed-writable"
  /// What the guest writes to host persistent memory does not reach it.
  case persistentNotShared = "pmem-not-shared"
  /// The contents are thrown away at the end.
  case discarded = "data-discarded"
  /// An NVDIMM in anonymous memory: no file keeps what the guest writes.
  case noFile = "backend-no-file"
  /// A backend that no device uses.
  case unused = "backend-unused"

  // What libvirt makes of a domain.
  /// libvirt has no file to hand over to QEMU's user, and does not start the guest.
  case libvirtMissing = "libvirt-missing"
  /// libvirt rounds the size to a multiple of its own unit.
  case libvirtRounding = "libvirt-rounding"
  /// libvirt makes QEMU write to every page of the file.
  case libvirtPreallocation = "libvirt-preallocation"

  package var severity: Finding.Severity {
    switch self {
    case .gap, .uuidRequired, .labelsForSlot, .undescribed, .unarmedWritable, .unused, .libvirtRounding,
      .libvirtPreallocation:
      .note
    case .missing, .empty, .larger, .extended, .sizeNotPageMultiple, .guestAlignment, .regionStart, .labelTooLarge,
      .memoryBlock, .notShared, .persistentNotShared:
      .warning
    case .danglingLink, .directory, .unsuitable, .inaccessible, .usedTwice, .unfinishedChange, .smaller,
      .truncated, .alignment, .noRoomForRegion, .regionGranularity, .labelSize, .labelRequired,
      .labelAreaBehind, .labelAreaElsewhere, .labelAreaOther, .labelAreaUnused, .labelAreaCutOff,
      .labelAreaAmbiguous, .labelsOtherSlot, .crash, .memory, .slot, .refused, .labelsReadOnly,
      .preallocatedReadOnly, .discarded, .noFile, .virtioAlignment, .libvirtMissing:
      .error
    }
  }
}
