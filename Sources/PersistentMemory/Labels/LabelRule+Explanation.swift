package import Basics

extension LabelRule {
  package var explanation: Explanation {
    switch self {
    case .areaBlank:
      Explanation(
        cause: "All bytes of the label area are zero: no labels have been written yet.",
        consequence: "The guest shows one raw namespace over the whole region.",
        cure: "Let the guest's ndctl(1) initialise the area when it creates the first namespace.")
    case .areaLarge:
      Explanation(
        cause: """
          The label area has 256 KiB or more, and the guest runs a system with Linux 5.10, whose ndctl is version 71 \
          or earlier.
          """,
        consequence: "`ndctl read-labels` shows nothing in the guest, although the kernel reads the labels.",
        cure: "Use `vnvdimm-label-dump`, a newer ndctl(1), or a label area of 128 KiB.")
    case .indexLost:
      Explanation(
        cause: "Neither index block is valid, but labels survive.",
        consequence: """
          The guest sees none of their namespaces: it shows one raw namespace over the whole region, and may overwrite \
          the data of all namespaces.
          """,
        cure: "Write nothing to the device, and rebuild the index blocks with `vnvdimm-migrate-labels repair`.")

    case .indexSignature:
      rejected(
        "The index block does not begin with NAMESPACE_INDEX: it was never written, or it was overwritten.")
    case .indexLabelSize:
      rejected(
        """
        The index block records a label size that does not belong to its version. In an otherwise valid block of \
        version 1.1 the finding is a note, because readers of that version ignore the field.
        """)
    case .indexChecksum:
      rejected("The checksum of the index block is wrong: the block was torn or damaged.")
    case .indexSequence:
      rejected("The sequence number of the index block is 0 in the two bits that count.")
    case .indexOwnOffset:
      rejected("The index block records another place for itself: usually the label area was moved or resized.")
    case .indexOtherOffset:
      rejected("The index block records another place for the other index block.")
    case .indexLabelOffset:
      rejected("The index block records another place for label slot 0.")
    case .indexSize:
      rejected(
        "The index block records a size for itself that is below 72 bytes or above that of an index block in this area."
      )
    case .indexSlotCount:
      rejected("The index block counts more label slots than the area has room for: usually the area was cut.")

    case .indexFlags:
      accepted("The index block has undefined flags set.")
    case .indexVersion:
      accepted("The index block has a version that devices of this kind do not use.")
    case .indexSequenceBits:
      accepted("The sequence number of the index block has bits set besides the two that count.")
    case .indexSmall:
      accepted("The index block records a size for itself that is too small.")
    case .indexFewSlots:
      accepted(
        """
        The index block counts fewer label slots than the area has room for: an older kernel made it, or other \
        software with a different formula.
        """)
    case .indexBitsBeyondSlots:
      accepted(
        """
        The index block has bits set for label slots that do not exist. If these are the bits that ndctl(1) sets, the \
        finding is a note.
        """)
    case .indexSequenceTie:
      Explanation(
        cause: "Both index blocks have the same sequence number.",
        consequence: "Linux uses block 1 in this case, and the guest sees older labels if block 0 is the newer one.",
        cure: "Compare both blocks with vnvdimm-label-dump(1) before you trust either.")
    case .indexVersionsDiffer:
      accepted("The index blocks have different versions: one of them is left over from earlier.")
    case .slotsExhausted:
      Explanation(
        cause: "Fewer than two label slots are free.",
        consequence: "The guest cannot add a namespace, and if no slot is free, it cannot change one either.",
        cure: "Delete a namespace in the guest, or make the label area larger with `vnvdimm-migrate-labels resize`.")

    case .labelSlot:
      hidden("The label names another label slot than its own: it is left over from another label area, or damaged.")
    case .labelChecksum:
      hidden("The checksum of the label is wrong.")
    case .labelZeroSize:
      refusesDIMM("The label describes a namespace of 0 bytes.")
    case .labelWraps:
      refusesDIMM("The label describes a namespace that ends beyond 64-bit addresses.")
    case .labelOverlap:
      Explanation(
        cause: "Two labels claim the same addresses.",
        consequence: """
          Linux refuses the DIMM. At a cold boot the guest then shows one raw namespace over the whole region, and may \
          overwrite the data of all namespaces.
          """,
        cure: """
          Find out which label is right before the guest writes anything, and restore a copy of the area with \
          `vnvdimm-migrate-labels restore`.
          """)
    case .labelDuplicateUUID:
      refusesRegion("Two labels of the DIMM have the same uuid.")
    case .labelCookie:
      Explanation(
        cause: "The label belongs to a DIMM in another slot, to another label version, or to another interleave set.",
        consequence: "Linux ignores the label, and the guest does not see its namespace.",
        cure: """
          Plug the DIMM into the slot that the hint names, or give the labels another slot with \
          `vnvdimm-migrate-labels move`.
          """)
    case .labelOutsideRegion:
      Explanation(
        cause: """
          The namespace starts outside of the region: the backend has become smaller, or the label area belongs to \
          another one.
          """,
        consequence: "Linux ignores the label, and the guest does not see its namespace.",
        cure: "Start the DIMM with the mapped size that the backend was made with.")
    case .labelBeyondRegion:
      Explanation(
        cause: """
          The namespace ends beyond the region: the backend has become smaller, or the label area belongs to another \
          one.
          """,
        consequence: "Linux refuses the region, and the guest sees none of its namespaces.",
        cure: "Start the DIMM with the mapped size that the backend was made with.")
    case .labelSetSize:
      refusesRegion(
        """
        The label counts more or fewer DIMMs than its interleave set has. A virtual DIMM is a set of its own: the \
        area comes from another machine.
        """)
    case .labelPosition:
      refusesRegion(
        """
        The label has a position that no DIMM of the interleave set has. A virtual DIMM is a set of its own: the \
        area comes from another machine.
        """)
    case .labelType:
      refusesRegion("The label does not have the type of persistent memory.")
    case .labelSetIncomplete:
      refusesRegion("A DIMM of the interleave set has no label that matches those of the other DIMMs.")
    case .labelRegionMissing:
      Explanation(
        cause: "A namespace of a CXL device names a region that has no label on the device.",
        consequence: "The guest does not see the namespace.",
        cure: "Write the label of the region again, or delete the namespace.")
    case .labelGranularity:
      Explanation(
        cause: """
          A region of a CXL device is interleaved with a granularity that the specification does not define; it \
          defines 256 bytes shifted left by 0 to 6.
          """,
        consequence: "The guest does not see the region.",
        cure: "Write the label of the region again with a granularity that the specification defines.")

    case .labelEmpty:
      Explanation(
        cause: "The label slot is marked as used, but contains only zeros.",
        consequence: "The area has one label slot less; no data is lost.",
        cure: "Nothing has to be done, unless label slots become scarce.")
    case .labelUpdating:
      Explanation(
        cause: "The label is marked as being updated: an update was interrupted, or Linux 4.x wrote the label.",
        consequence: "Linux 6.1 uses the label, but EDK2 firmware may ignore it.",
        cure: "Finish the update with `vnvdimm-migrate-labels repair`.")
    case .labelFlags:
      tolerated(
        """
        The label has flags set that have no meaning for persistent memory. If the flag LOCAL is set, the finding is \
        an error for guests with Linux before 5.18, which treats the label as that of a block window and shows no \
        namespace.
        """)
    case .labelNameUnterminated:
      Explanation(
        cause: "The name of the namespace does not end with a NUL byte.",
        consequence: "Linux prints whatever follows the name in its memory.",
        cure: "Give the namespace a shorter name in the guest.")
    case .labelNameEncoding:
      Explanation(
        cause: "The name of the namespace is not UTF-8.",
        consequence: "Programs show the name in different ways, or not at all.",
        cure: "Give the namespace another name in the guest.")
    case .labelNullUUID:
      Explanation(
        cause: "The uuid of the namespace consists of zeros.",
        consequence: "Programs cannot tell the namespace from others by its uuid.",
        cure: "Create the namespace again in the guest: it keeps its data if it gets the same place and size.")
    case .labelAbstraction:
      Explanation(
        cause: "Linux does not know the abstraction of the label.",
        consequence: "The guest shows a raw namespace.",
        cure: "Create the namespace again in the guest if it never held data; otherwise restore a copy of the area.")
    case .labelSectorSize:
      Explanation(
        cause: "Linux does not know the sector size of the label.",
        consequence: "Linux may make no device of the namespace.",
        cure: "Create the namespace again in the guest with a sector size of 512 or 4096 bytes.")
    case .labelMisaligned:
      Explanation(
        cause: "The start or the size of the namespace is not a multiple of 4096 bytes.",
        consequence: "Linux 4.x ignores the label; later releases use it.",
        cure: "Use a later release of Linux in the guest.")
    case .labelAlternativeCookie:
      tolerated("The interleave-set cookie of the label is that of version 1.1.")
    case .labelAlignment:
      tolerated("The alignment of the label is set, which Linux writes as 0.")
    case .labelReserved:
      tolerated("Reserved bytes of the label are not zero.")
    }
  }

  package var chapter: RuleChapter {
    switch self {
    case .areaBlank, .areaLarge, .indexLost: .labelArea
    case .indexSignature, .indexLabelSize, .indexChecksum, .indexSequence, .indexOwnOffset, .indexOtherOffset,
      .indexLabelOffset, .indexSize, .indexSlotCount:
      .indexRefused
    case .indexFlags, .indexVersion, .indexSequenceBits, .indexSmall, .indexFewSlots, .indexBitsBeyondSlots,
      .indexSequenceTie, .indexVersionsDiffer, .slotsExhausted:
      .indexAccepted
    case .labelSlot, .labelChecksum, .labelZeroSize, .labelWraps, .labelOverlap, .labelDuplicateUUID, .labelCookie,
      .labelOutsideRegion, .labelBeyondRegion, .labelSetSize, .labelPosition, .labelType, .labelSetIncomplete,
      .labelRegionMissing, .labelGranularity:
      .labelRefused
    case .labelEmpty, .labelUpdating, .labelFlags, .labelNameUnterminated, .labelNameEncoding, .labelNullUUID,
      .labelAbstraction, .labelSectorSize, .labelMisaligned, .labelAlternativeCookie, .labelAlignment, .labelReserved:
      .labelIrregular
    }
  }
}

// What many rules have in common.
extension LabelRule {
  /// Linux rejects the index block.
  private func rejected(_ cause: String) -> Explanation {
    Explanation(
      cause: cause,
      consequence: """
        Linux does not use the index block. If the other one is valid, the finding is a warning; if neither is, Linux \
        sees no labels.
        """,
      cure: "Rebuild the index block with `vnvdimm-migrate-labels repair`.")
  }

  /// Linux accepts the index block.
  private func accepted(_ cause: String) -> Explanation {
    Explanation(
      cause: cause,
      consequence: "Linux uses the index block nevertheless.",
      cure: "Nothing has to be done: the next update by Linux keeps the namespaces.")
  }

  /// Linux ignores the label.
  private func hidden(_ cause: String) -> Explanation {
    Explanation(
      cause: cause,
      consequence: "Linux ignores the label, and the guest does not see its namespace.",
      cure: """
        Restore a copy of the area with `vnvdimm-migrate-labels restore`, or create the namespace again: it keeps its \
        data if it gets the same place and size.
        """)
  }

  private func refusesDIMM(_ cause: String) -> Explanation {
    Explanation(
      cause: cause,
      consequence: """
        Linux refuses the DIMM. At a cold boot the guest then shows one raw namespace over the whole region, and may \
        overwrite everything in it.
        """,
      cure: Self.restoration)
  }

  private func refusesRegion(_ cause: String) -> Explanation {
    Explanation(
      cause: cause,
      consequence: "Linux refuses the region, and the guest sees none of its namespaces.",
      cure: Self.restoration)
  }

  private static let restoration = """
    Restore a copy of the area with `vnvdimm-migrate-labels restore`, or drop the label with \
    `vnvdimm-migrate-labels repair`.
    """

  /// Linux accepts the label.
  private func tolerated(_ cause: String) -> Explanation {
    Explanation(
      cause: cause, consequence: "Linux uses the label nevertheless.", cure: "Nothing has to be done.")
  }
}
