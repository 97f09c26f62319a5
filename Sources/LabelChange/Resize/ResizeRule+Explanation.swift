package import Basics

extension ResizeRule {
  package var explanation: Explanation {
    switch self {
    case .shrink:
      Explanation(
        cause: "The backend would become shorter.",
        consequence: "The program refuses the change, because everything beyond the new end would be lost.",
        cure: "Give `--allow-shrink` if that is intended.")
    case .namespaceCut:
      Explanation(
        cause: "A namespace extends beyond the end of the new region.",
        consequence: "The program refuses the change, because the guest would lose the end of the namespace.",
        cure: "Delete the namespace in the guest, or give it up with `--discard-data`.")
    case .contentsCut:
      Explanation(
        cause: "A file system, a partition or a partition table extends beyond the end of the new region.",
        consequence: "The program refuses the change, because the guest would lose its end.",
        cure: "Make it smaller in the guest first, or give it up with `--discard-data`.")
    case .contentsUnknown:
      Explanation(
        cause: "The region holds contents whose end, or whose kind, is not known.",
        consequence: "The program refuses the change, because it could cut the contents off.",
        cure: """
          Find out in the guest where the contents end, and give `--discard-data` if the new region holds all of them.
          """)
    case .contentsEndMoved:
      Explanation(
        cause: """
          No label bounds the region, and the guest recognises its contents by their last bytes: a member of an array \
          (MD 0.90 and 1.0), or a GUID partition table of which only the backup is left.
          """,
        consequence: "The program refuses the change, because the guest would look at the new end and find nothing.",
        cure: """
          Give the backend labels first with `vnvdimm-migrate-labels init`, so that the namespace ends where the \
          region did.
          """)
    case .partitionTableEnd:
      Explanation(
        cause: "The backup header of a GUID partition table would not be at the end of the longer disk.",
        consequence: "The guest finds its partitions as before.",
        cure: "Move the backup header afterwards with `sgdisk --move-second-header` in the guest.")
    case .dataCut:
      Explanation(
        cause: "Bytes beyond the end of the new region are not zero, and nothing is known to own them.",
        consequence: "The program refuses the change, because they would be lost.",
        cure: "Look at the bytes, and give them up with `--discard-data` if they are not needed.")
    case .mediaErrorsCut:
      Explanation(
        cause: "Media errors of the NVDIMM, which vnvdimm-emulate(1) keeps, lie beyond the end of the new region.",
        consequence: "The program refuses the change, because the media errors would be forgotten.",
        cure: "Give them up with `--discard-data`, or clear them in the guest with ndctl-clear-errors(1).")
    case .namespaceChanged:
      Explanation(
        cause: "The info block of a namespace that stays where it is does not fit the new size.",
        consequence: """
          The program refuses the change, because the guest would show different contents in the namespace.
          """,
        cure: "Copy the data to another place, and create the namespace again after the change.")
    case .guestAlignment:
      Explanation(
        cause: """
          The new guest size is not a multiple of the unit to which the guest rounds namespaces, and the old one was.
          """,
        consequence: "The guest cannot use the end of the region, and the next DIMM starts at a misaligned address.",
        cure: "Use the size in the hint.")
    }
  }

  package var chapter: RuleChapter { .length }
}
