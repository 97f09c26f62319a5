package import Basics

extension CreateRule {
  package var explanation: Explanation {
    switch self {
    case .libvirtRounds:
      Explanation(
        cause: "The mapped size is not a multiple of the unit to which libvirt rounds it up.",
        consequence: "Under libvirt, QEMU is asked for more than the file holds, and refuses to start.",
        cure: "Use `--size` with `--label-size auto`, which chooses a size that libvirt leaves as it is.")
    case .libvirtLabelSize:
      Explanation(
        cause: "The label size is not a multiple of 1 KiB, the unit in which libvirt counts it.",
        consequence: "No libvirt domain can describe the backend.",
        cure: "Use another `--label-size`.")
    case .libvirtPath:
      Explanation(
        cause: "The path contains a control character, which XML cannot express.",
        consequence: "No libvirt domain can describe the backend.",
        cure: "Use another file name.")
    case .conditionDropped:
      Explanation(
        cause: """
          A DIMM whose backend had the name has left its media errors and its health in `.NAME.vnvdimm-dimm`.
          """,
        consequence: "The new NVDIMM is in the condition that `--error` asks for, and the file is replaced or removed.",
        cure: "Copy the file first if the condition is needed again.")
    case .hugeAlignment:
      Explanation(
        cause: "A namespace has an alignment of 1 GiB.",
        consequence: "The guest shows the namespace only if the region starts at a multiple of 1 GiB.",
        cure: "Plug the DIMM first, or use `align=2M`.")
    case .refused:
      Explanation(
        cause: """
          The plan cannot be carried out as things are, for the reason that the message gives; usually a file of that \
          name exists.
          """,
        consequence: "The program refuses to create the file without `--plan`.",
        cure: "Choose another path, or remove the obstacle.")
    }
  }

  package var chapter: RuleChapter { .creation }
}
