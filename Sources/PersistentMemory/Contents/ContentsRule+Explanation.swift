package import Basics

extension ContentsRule {
  package var explanation: Explanation {
    switch self {
    case .cutByLabel:
      Explanation(
        cause: """
          A file system, a partition or other contents extend beyond the start of the label area, or of the gap before \
          it.
          """,
        consequence: "The guest cannot reach the last bytes of these contents, because the label area occupies them.",
        cure: """
          Start the DIMM without labels, or give the backend a label area after its contents with \
          `vnvdimm-migrate-labels init`.
          """)
    case .cutBySize:
      Explanation(
        cause: """
          A file system, a partition or other contents extend beyond the mapped size, or beyond the end of a file that \
          was made shorter.
          """,
        consequence: "The guest cannot reach the last bytes of these contents.",
        cure: "Give the mapped size for which the contents were made, or restore the backend from a copy.")
    case .endUnknown:
      Explanation(
        cause: """
          The region of a DIMM with a label area holds contents whose size is not known, such as a LUKS container.
          """,
        consequence: "If the contents were made before the label area, their end is lost.",
        cure: "Compare the guest size with the size for which the contents were made.")
    case .hidden:
      Explanation(
        cause: """
          The region holds contents where no label describes a namespace: labels were added to a region that was in \
          use without them, or the namespace was deleted.
          """,
        consequence: "The guest does not see these contents, and may overwrite them with a new namespace.",
        cure: """
          Start the DIMM without labels, or restore the label of the namespace. If the namespace was deleted on \
          purpose, check the backend with `--allow contents-hidden`.
          """)
    case .beyondNamespace:
      Explanation(
        cause: "A file system, a partition or other contents extend beyond the end of their namespace.",
        consequence: "The guest cannot reach the last bytes of these contents.",
        cure: "Write nothing to the namespace, and restore its former label with `vnvdimm-migrate-labels restore`.")
    case .beyondPartition:
      Explanation(
        cause: "A file system extends beyond the end of its partition.",
        consequence: "The guest cannot reach the last bytes of the file system.",
        cure: "Give the partition its former end, with sfdisk(8) in the guest.")
    case .diskImage:
      Explanation(
        cause: "The file is a disk image in the format qcow2, qed, vmdk, vhdx, vpc or vdi.",
        consequence: "QEMU maps the file as it is, and the guest sees the bytes of the format instead of the disk.",
        cure: "Convert the image with `qemu-img convert -O raw`.")
    case .cutByMode:
      Explanation(
        cause: """
          The mode that `--to-mode` names puts an info block and page structures where contents lie now; sector mode \
          moves everything.
          """,
        consequence: """
          The change overwrites bytes that are in use, and ndctl(1) first clears 8 KiB at the start. If the change \
          overwrites nothing, but the guest no longer finds the contents, the finding is a warning.
          """,
        cure: "Copy the contents to another place, change the mode, and copy them back.")
    case .gptDamaged:
      Explanation(
        cause: "The first header of a GUID partition table is damaged, and the backup is intact.",
        consequence: "The guest may show no partitions.",
        cure: "Restore the first header from the backup with gdisk(8) in the guest.")
    case .gptBackupMissing:
      Explanation(
        cause: "The backup header of a GUID partition table is not where the first header says.",
        consequence: "The guest finds its partitions, but loses them if the first header is damaged as well.",
        cure: "Write a new backup header with `sgdisk --move-second-header` in the guest.")
    case .gptSectorSize:
      Explanation(
        cause: """
          A GUID partition table was made for a disk with another sector size than that of its namespace, which is 512 \
          bytes unless the label asks for 4096.
          """,
        consequence: "Linux looks for the table only by its own sector size, and the guest shows no partitions.",
        cure: """
          Give the namespace the sector size of the table, with `--namespace raw,sector-size=512` of vnvdimm-create(1) \
          from the same image, or make the table again in the guest.
          """)
    case .rawNoDAX:
      Explanation(
        cause: "A file system of ext4 or XFS lies in a raw namespace, or in a region without labels and info block.",
        consequence: """
          The driver of NVDIMMs maps no files of a raw namespace: `mount -o dax` fails, and the guest caches what it \
          reads and writes.
          """,
        cure: """
          Where DAX is wanted, make the file system in a namespace in fsdax mode. A virtio-pmem has DAX as it is.
          """)
    case .gptBackupElsewhere:
      Explanation(
        cause: "The backup header of a GUID partition table is not in the last sector: the disk has grown since.",
        consequence: "The guest finds its partitions as before.",
        cure: "Move the backup header with `sgdisk --move-second-header` in the guest.")
    case .xfsReflink:
      Explanation(
        cause: "An fsdax namespace holds an XFS whose files can share extents.",
        consequence: "Linux before 6.0 does not mount it with DAX, and no release mounts it with DAX in a partition.",
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
        cause: "An fsdax namespace holds a file system that does not support DAX.",
        consequence: "The guest keeps a second copy of what it reads in its own memory.",
        cure: "Use ext4 or XFS if the guest is to have DAX.")
    case .partitionStart:
      Explanation(
        cause: "A partition of an fsdax namespace does not start at a multiple of 4096 bytes.",
        consequence: "The guest mounts no file system in the partition with DAX.",
        cure: "Create the partition again at a multiple of 4096 bytes.")
    }
  }

  package var chapter: RuleChapter { .contents }
}
