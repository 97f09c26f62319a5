package import Basics

extension ContentsRule {
  package var explanation: Explanation {
    switch self {
    case .cutByLabel:
      Explanation(
        cause: "Something ends behind the point where the label area, or the gap before it, begins.",
        consequence: "The guest cannot reach the last bytes of it, which the label area takes.",
        cure: """
          Start the DIMM without labels, or give the backend a label area behind its contents with \
          `vnvdimm-migrate-labels init`.
          """)
    case .cutBySize:
      Explanation(
        cause: "Something ends behind the mapped size, or behind the end of a file that was made shorter.",
        consequence: "The guest cannot reach the last bytes of it.",
        cure: "Give the mapped size that it was made for, or restore the backend from a copy.")
    case .endUnknown:
      Explanation(
        cause: """
          The region of a DIMM with a label area holds something whose size is not known, such as a LUKS container.
          """,
        consequence: "If it was made before there was a label area, its end is lost.",
        cure: "Compare the guest size with the one that it was made for.")
    case .hidden:
      Explanation(
        cause: """
          Something lies in the region, and no label describes a namespace there: the region was given labels after it \
          was in use without them, or the namespace was deleted.
          """,
        consequence: "The guest does not see it, and may overwrite it with a new namespace.",
        cure: """
          Start the DIMM without labels, or restore the label of the namespace. If the namespace was deleted on \
          purpose, check the backend with `--allow contents-hidden`.
          """)
    case .beyondNamespace:
      Explanation(
        cause: "Something ends behind the end of its namespace.",
        consequence: "The guest cannot reach the last bytes of it.",
        cure: """
          Write nothing to the namespace, and put back the label that it had with `vnvdimm-migrate-labels restore`.
          """)
    case .beyondPartition:
      Explanation(
        cause: "A file system ends behind the end of its partition.",
        consequence: "The guest cannot reach the last bytes of it.",
        cure: "Give the partition its former end, with sfdisk(8) in the guest.")
    case .diskImage:
      Explanation(
        cause: "The file is a disk image in the format qcow2, qed, vmdk, vhdx, vpc or vdi.",
        consequence: "QEMU maps the file as it is, and the guest sees the bytes of the format instead of the disk.",
        cure: "Convert the image with `qemu-img convert -O raw`.")
    case .cutByMode:
      Explanation(
        cause: """
          The mode that `--to-mode` names keeps an info block and page structures where something lies now; in sector \
          mode nothing stays where it was.
          """,
        consequence: """
          The change overwrites bytes that are in use, and ndctl(1) clears the first 8 KiB before. Where nothing is \
          overwritten, but the disk begins elsewhere and its contents are not found, the finding is a warning.
          """,
        cure: "Copy the contents away, change the mode, and copy them back.")
    case .gptDamaged:
      Explanation(
        cause: "The first header of a GUID partition table is damaged, and the backup is intact.",
        consequence: "The guest may show no partitions.",
        cure: "Restore the first header from the backup with gdisk(8) in the guest.")
    case .gptBackupMissing:
      Explanation(
        cause: "The backup header of a GUID partition table is not where the first header says.",
        consequence: "The guest finds its partitions, and loses them if the first header is damaged as well.",
        cure: "Write the backup header anew with `sgdisk --move-second-header` in the guest.")
    case .gptBackupElsewhere:
      Explanation(
        cause: "The backup header of a GUID partition table is not in the last sector: the disk has grown since.",
        consequence: "The guest finds its partitions as before.",
        cure: "Move the backup header with `sgdisk --move-second-header` in the guest.")
    case .xfsReflink:
      Explanation(
        cause: "An fsdax namespace holds an XFS whose files can share extents.",
        consequence: "Linux before 6.0 does not mount it with DAX, and no Linux does so in a partition.",
        cure: "Make the file system with `mkfs.xfs -m reflink=0`.")
    case .xfsBlockSize:
      Explanation(
        cause: "An fsdax namespace holds an XFS whose blocks are not 4096 bytes long.",
        consequence: "The guest does not mount it with DAX.",
        cure: "Make the file system with `mkfs.xfs -b size=4096`.")
    case .extBlockSize:
      Explanation(
        cause: "An fsdax namespace holds an ext2, ext3 or ext4 whose blocks are not 4096 bytes long.",
        consequence: "The guest does not mount it with DAX.",
        cure: "Make the file system with `mkfs.ext4 -b 4096`.")
    case .noDAX:
      Explanation(
        cause: "An fsdax namespace holds a file system of a kind that has no DAX.",
        consequence: "The guest keeps a second copy of what it reads in its own memory.",
        cure: "Use ext4 or XFS if the guest is to have DAX.")
    case .partitionStart:
      Explanation(
        cause: "A partition of an fsdax namespace does not start at a multiple of 4096 bytes.",
        consequence: "The guest mounts no file system in it with DAX.",
        cure: "Make the partition anew at a multiple of 4096 bytes.")
    }
  }

  package var chapter: RuleChapter { .contents }
}
