package import Basics

extension BackendRule {
  package var explanation: Explanation {
    switch self {
    case .missing:
      Explanation(
        cause: "There is no file at the path.",
        consequence: """
          QEMU creates one with the mapped size, and leaves it behind even if it does not start; the guest finds an \
          empty NVDIMM. If no size is known, the finding is an error.
          """,
        cure: "Correct the path, or create the backend with vnvdimm-create(1).")
    case .danglingLink:
      Explanation(
        cause: "The path is a symbolic link to a file that does not exist.",
        consequence: "QEMU tries to open the file forever, and never starts.",
        cure: "Create the target of the link, or remove the link.")
    case .directory:
      Explanation(
        cause: "The path is a directory.",
        consequence: "QEMU maps a file without a name in it, and loses everything that the guest writes when it ends.",
        cure: "Give the path of a file.")
    case .unsuitable:
      Explanation(
        cause: """
          The path leads to something that cannot hold an NVDIMM: a FIFO, a socket, or a device that keeps nothing or \
          cannot be mapped.
          """,
        consequence: "QEMU refuses to start, or loses everything that the guest writes when it ends.",
        cure: "Use a regular file, a block device or a DAX device.")
    case .inaccessible:
      Explanation(
        cause: "QEMU cannot open the backend for reading and writing.",
        consequence: "QEMU refuses to start.",
        cure: "Correct the permissions of the file and of the folders above it, which `namei -l` lists.")
    case .empty:
      Explanation(
        cause: "The file is empty.",
        consequence: """
          QEMU makes it as long as the mapped size, and the guest finds an empty NVDIMM. Where no size is known, the \
          finding is an error.
          """,
        cure: "Create the backend with `vnvdimm-create --overwrite`.")
    case .usedTwice:
      Explanation(
        cause: "Two backends of one machine are the same file or device.",
        consequence: """
          QEMU accepts both, and each DIMM overwrites the data of the other. Where at most one of the two writes to \
          the file, the finding is a warning.
          """,
        cure: "Give each DIMM a backend of its own.")
    case .unfinishedChange:
      Explanation(
        cause: "A crash interrupted a change of the labels, and the recovery record of the change is still there.",
        consequence: "The label area may be half changed, and a guest that starts now may not find its namespaces.",
        cure: """
          Run `vnvdimm-migrate-labels repair`, which completes the change or undoes it, before you do anything else \
          with the backend.
          """)

    case .smaller:
      Explanation(
        cause: "The file is shorter than the mapped size.",
        consequence: "QEMU refuses to start.",
        cure: """
          Lower `size=` to the file size. Make the file longer only if it has no labels, or if it had that size when \
          the labels were made: the place of the label area depends on the mapped size.
          """)
    case .larger:
      Explanation(
        cause: "The file is longer than the mapped size.",
        consequence: """
          The bytes beyond the mapped size are not part of the NVDIMM, and QEMU looks for the label area at the end of \
          the mapped size, not at the end of the file.
          """,
        cure: "Set `size=` to the file size, unless the label area lies where QEMU looks for it.")
    case .truncated:
      Explanation(
        cause: "The file is longer than the mapped size, and QEMU 2.6 and 2.7 cut it to that size.",
        consequence: "Everything beyond the mapped size is lost as soon as QEMU starts.",
        cure: "Make a copy of the backend first, and set `size=` to the file size.")
    case .extended:
      Explanation(
        cause: "The file is shorter than the mapped size, and QEMU 2.6 and 2.7 make it that long.",
        consequence: """
          QEMU looks for the label area at the new end of the file, and does not find labels that lie at the old one.
          """,
        cure: "Set `size=` to the file size.")

    case .sizeNotPageMultiple:
      Explanation(
        cause: "The mapped size is not a multiple of the page size.",
        consequence: "QEMU maps whole pages. QEMU 9.1 and later refuse to start, and then the finding is an error.",
        cure: """
          Round the file size and `size=` up to whole pages; vnvdimm-resize-guard(1) makes the file longer and keeps \
          its labels.
          """)
    case .alignment:
      Explanation(
        cause: """
          The alignment, `align=`, is not a power of two or not a multiple of the page size; or the sizes do not suit \
          the units in which a DAX device is mapped.
          """,
        consequence: "QEMU refuses to start.",
        cure: "Use the value in the hint, or leave `align=` out.")
    case .noRoomForRegion:
      Explanation(
        cause: "The label area leaves no memory for the guest.",
        consequence: "QEMU refuses to start.",
        cure: "Use a larger backend or a smaller label area.")
    case .gap:
      Explanation(
        cause: "The guest size is rounded down to a multiple of the alignment.",
        consequence: "The bytes between the end of the region and the label area are unreachable.",
        cure: "Choose a mapped size that is a multiple of the alignment plus the label size.")
    case .regionGranularity:
      Explanation(
        cause: """
          The mapped size without the label size is not a multiple of the machine's unit, which is 256 MiB on ppc64.
          """,
        consequence: "QEMU refuses to start.",
        cure: "Choose a mapped size that is a multiple of that unit plus the label size.")
    case .guestAlignment:
      Explanation(
        cause: """
          The guest size is not a multiple of the unit to which the guest rounds namespaces, which is 16 MiB on \
          x86_64.
          """,
        consequence: """
          With labels the guest cannot use the remainder; without labels it cannot create a namespace at all. The next \
          DIMM starts at a misaligned address.
          """,
        cure: "Use the size in the hint.")
    case .regionStart:
      Explanation(
        cause: """
          The region starts at an address that is not a multiple of the unit to which the guest rounds namespaces, \
          because of the DIMMs before it.
          """,
        consequence: """
          The guest cannot create an fsdax or devdax namespace there until the alignment of its region is lowered.
          """,
        cure: "Give the DIMMs before it a guest size that is a multiple of that unit.")

    case .memoryBlock:
      Explanation(
        cause: """
          The guest adds RAM in whole memory blocks: 128 MiB on x86, up to 2 GiB in guests with 64 GiB and more. If an \
          NVDIMM or virtio-pmem ends within a block, RAM plugged after it begins within that block. The finding is a \
          note if there is room for RAM but none is plugged yet.
          """,
        consequence: """
          Linux refuses the RAM with `Block size [0x8000000] unaligned hotplug range`, and the guest cannot use it.
          """,
        cure: """
          Give the RAM an address, with `addr=`, or the persistent memory before it a guest size, that is a multiple \
          of the block size.
          """)
    case .virtioAlignment:
      Explanation(
        cause: "The memory of a virtio-pmem device does not begin and end at a multiple of 2 MiB.",
        consequence: "Linux prints `misaligned, unable to map`, and the guest has no disk.",
        cure: """
          Give the backend a size that is a multiple of 2 MiB. If another device lies before it, also set `memaddr=` \
          to a multiple of 2 MiB.
          """)

    case .labelSize:
      Explanation(
        cause: "The label size is below the minimum of 128 KiB.",
        consequence: "QEMU refuses to start.",
        cure: "Leave `label-size=` out for a DIMM without labels, or give at least 128 KiB.")
    case .labelRequired:
      Explanation(
        cause: "The machine is for ppc64, and accepts no NVDIMM without labels.",
        consequence: "QEMU refuses to start.",
        cure: "Give the backend a label area, and set `label-size=` to its size.")
    case .labelTooLarge:
      Explanation(
        cause: "The label size needs more than 32 bits.",
        consequence: "The guest receives only the lower 32 bits, and does not see the labels as they are.",
        cure: "Use a smaller label area.")
    case .labelAreaBehind:
      Explanation(
        cause: """
          A label area lies at the end of the file, but QEMU looks for it at the end of the mapped size, which is \
          smaller.
          """,
        consequence: "The guest does not see the namespaces that the labels describe.",
        cure: "Use the sizes in the hint.")
    case .labelAreaElsewhere:
      Explanation(
        cause: "A label area ends neither with the file nor with the mapped size: it was made for another mapped size.",
        consequence: "The guest does not see the namespaces that the labels describe, and may overwrite the labels.",
        cure: "Use the sizes in the hint, or move the labels with `vnvdimm-migrate-labels relocate`.")
    case .labelAreaOther:
      Explanation(
        cause: "The label area at the end of the mapped size has another label size than the one given.",
        consequence: "The guest does not see the namespaces that the labels describe.",
        cure: "Use the label size in the hint.")
    case .labelAreaUnused:
      Explanation(
        cause: "The backend ends with a label area, but the start gives no label size.",
        consequence: """
          The guest does not see the namespaces that the labels describe, and may overwrite the label area.
          """,
        cure: "Use the label size in the hint.")
    case .labelAreaCutOff:
      Explanation(
        cause: """
          An index block describes a label area that extends beyond the end of the file: the file was made shorter.
          """,
        consequence: """
          The guest finds no labels, and those that lay beyond the end are lost. With `--label-size none` the finding \
          is a warning.
          """,
        cure: "Restore the backend from a copy, or give the file its length back as the hint says.")
    case .labelAreaAmbiguous:
      Explanation(
        cause: "More than one label area ends where QEMU looks for one; all but one are left over from earlier.",
        consequence: """
          The suite cannot tell which one the guest uses, and with the wrong label size the guest does not see its \
          namespaces.
          """,
        cure: "Give the label size of the area that is in use.")
    case .labelsForSlot:
      Explanation(
        cause: "The labels were made for the DIMM in a certain slot, and the start does not give the slot.",
        consequence: "QEMU may choose another slot, in which the guest shows none of the namespaces.",
        cure: """
          Give the slot that the message names, or give the labels another slot with `vnvdimm-migrate-labels move`.
          """)
    case .labelsOtherSlot:
      Explanation(
        cause: "The labels were made for the DIMM in another slot.",
        consequence: "The guest shows none of the namespaces that the labels describe.",
        cure: """
          Plug the DIMM into the slot that the message names, or give the labels another slot with \
          `vnvdimm-migrate-labels move`.
          """)

    case .crash:
      Explanation(
        cause: "The alignment, `align=`, is not a power of two, and this release of QEMU does not check it.",
        consequence: "QEMU ends with a failed assertion as it starts.",
        cure: "Set `align=` to a power of two.")
    case .uuidRequired:
      Explanation(
        cause: "The machine is for ppc64, where every NVDIMM must have a `uuid=`.",
        consequence: "QEMU refuses a device without one.",
        cure: "Add a `uuid=`; `uuidgen` generates one.")
    case .memory:
      Explanation(
        cause: "The machine has no room in its address space for the device.",
        consequence: "QEMU refuses the device, and does not start with it.",
        cure: "Raise `maxmem=` in `-m`, as the message says.")
    case .slot:
      Explanation(
        cause: "The machine has no free slot for the device, or does not have the slot that was given.",
        consequence: "QEMU refuses the device, and does not start with it.",
        cure: "Raise `slots=` in `-m`, or give another `slot=`.")
    case .refused:
      Explanation(
        cause: "QEMU refuses its command line, for the reason that the message gives.",
        consequence: "QEMU does not start.",
        cure: "Correct the option that the message names.")
    case .undescribed:
      Explanation(
        cause: """
          The command line has a machine, a property, a device or an option that the suite does not know, or is for \
          a newer QEMU than the suite knows.
          """,
        consequence: """
          The suite cannot tell whether QEMU starts, or what the guest sees; a newer release is treated as the newest \
          known one.
          """,
        cure: "Ask QEMU itself by starting it.")

    case .labelsReadOnly:
      Explanation(
        cause: "The NVDIMM has labels, and its backend has `readonly=on`.",
        consequence: """
          If the guest writes labels, QEMU before 8.2 crashes with SIGSEGV. Since 8.2 the write fails, and the finding \
          is a warning.
          """,
        cure: "Use a later release of QEMU, or leave `label-size=` out if the guest needs no labels.")
    case .preallocatedReadOnly:
      Explanation(
        cause: "The backend has both `prealloc=on` and `readonly=on`.",
        consequence: "QEMU ends with SIGSEGV as it starts.",
        cure: "Leave `prealloc=` out.")
    case .notShared:
      Explanation(
        cause: "The backend has `share=off`, which is the default.",
        consequence: """
          Nothing that the guest writes reaches the file. If the backend holds labels or data, the finding is an error.
          """,
        cure: "Set `share=on`.")
    case .persistentNotShared:
      Explanation(
        cause: "The backend has `pmem=on`, which promises persistence, and `share=off`, which prevents it.",
        consequence: """
          Nothing that the guest writes reaches the backend. If the backend holds labels or data, the finding is an \
          error.
          """,
        cure: "Set `share=on`.")
    case .unarmedWritable:
      Explanation(
        cause: "The device has `unarmed=on`, and its backend is writable.",
        consequence: "The guest shows a read-only device, although QEMU would let it write to the file.",
        cure: "Add `readonly=on` to the backend.")
    case .discarded:
      Explanation(
        cause: "The backend has `discard-data=on`.",
        consequence: "QEMU discards the contents of the file, labels included, when it ends.",
        cure: "Leave `discard-data=` out.")
    case .noFile:
      Explanation(
        cause: "The NVDIMM, or the virtio-pmem device, has its backend in anonymous memory, without a file.",
        consequence: "Everything that the guest writes is lost when QEMU ends.",
        cure: "Use a `memory-backend-file` with a `mem-path=`.")
    case .unused:
      Explanation(
        cause: "No device uses the backend.",
        consequence: "The guest does not see it.",
        cure: "Name the backend in the `memdev=` of a device, or leave it out.")

    case .libvirtMissing:
      Explanation(
        cause: "The domain names a file that does not exist.",
        consequence: """
          QEMU would create the file, but the system's libvirt has to hand it to QEMU's user first, and refuses to \
          start the guest.
          """,
        cure: "Create the backend with vnvdimm-create(1).")
    case .libvirtRounding:
      Explanation(
        cause: """
          The domain gives a size that libvirt rounds: up to a multiple of 2 MiB or, on ppc64, with the guest size \
          down to a multiple of 256 MiB.
          """,
        consequence: "QEMU gets a different size from the one in the domain.",
        cure: "Put the size in the hint into the domain.")
    case .libvirtPreallocation:
      Explanation(
        cause: "The domain has no `<pmem/>`, so libvirt makes QEMU write to every page of the file at the start.",
        consequence: "A sparse file then occupies its full size on the disk.",
        cure: "Make sure that the disk has room for the whole file.")
    }
  }

  package var chapter: RuleChapter {
    switch self {
    case .missing, .danglingLink, .directory, .unsuitable, .inaccessible, .empty, .usedTwice, .unfinishedChange: .path
    case .smaller, .larger, .truncated, .extended: .fileSize
    case .sizeNotPageMultiple, .alignment, .noRoomForRegion, .gap, .regionGranularity, .guestAlignment, .regionStart,
      .memoryBlock, .virtioAlignment:
      .alignment
    case .labelSize, .labelRequired, .labelTooLarge, .labelAreaBehind, .labelAreaElsewhere, .labelAreaOther,
      .labelAreaUnused, .labelAreaCutOff, .labelAreaAmbiguous, .labelsForSlot, .labelsOtherSlot:
      .labels
    case .crash, .uuidRequired, .memory, .slot, .refused, .undescribed: .machine
    case .labelsReadOnly, .preallocatedReadOnly, .notShared, .persistentNotShared, .unarmedWritable, .discarded,
      .noFile, .unused:
      .combinations
    case .libvirtMissing, .libvirtRounding, .libvirtPreallocation: .libvirt
    }
  }
}
