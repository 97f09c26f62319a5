package import Basics

extension ConditionRule {
  package var explanation: Explanation {
    switch self {
    case .mediaErrors:
      Explanation(
        cause: """
          Lines of the NVDIMM have media errors: a test has put them there, with an option or a command of \
          vnvdimm-emulate(1), with `vnvdimm-create --error`, or with ndctl-inject-error(1) in a guest.
          """,
        consequence: """
          A guest of vnvdimm-emulate(1) gets an I/O error where it reads them; QEMU knows nothing of them. Lines that \
          belong to no namespace are a note.
          """,
        cure: """
          Where they are not wanted, clear them in the guest with ndctl-clear-errors(1); the lines are zero afterwards.
          """)
    case .health:
      Explanation(
        cause: """
          The values that the NVDIMM reports by SMART say that it is not well, or are beyond the thresholds at which \
          it raises an alarm.
          """,
        consequence: """
          A guest of vnvdimm-emulate(1) sees them with `ndctl list --health`, and ndctl-monitor(1) reports them. Unless \
          the state is critical or fatal, the finding is a note.
          """,
        cure: "Where that is not wanted, start the guest with another `health=`.")
    case .shutdowns:
      Explanation(
        cause: "The guest of vnvdimm-emulate(1) was killed, or the host failed, while the guest had the NVDIMM.",
        consequence: """
          The guest finds a higher count of dirty shutdowns, and programs that rely on it, such as PMDK, may refuse to \
          open data that was in use.
          """,
        cure: "Let the guest come to an orderly end. `health=shutdown-count=0` starts the count again.")
    case .locked:
      Explanation(
        cause: """
          A guest of vnvdimm-emulate(1) has set a passphrase, as with ndctl-setup-passphrase(1), or an option has set an \
          unknown one. The data on the backend is not encrypted.
          """,
        consequence: """
          A guest of vnvdimm-emulate(1) finds the NVDIMM locked, and reaches neither data nor labels until its kernel has \
          given the passphrase. QEMU knows nothing of it.
          """,
        cure: """
          Let the guest load the key, as with ndctl-load-keys(1). Where the key is lost, start the guest with \
          `security=disabled`, which keeps the data.
          """)
    case .erasure:
      Explanation(
        cause: """
          A guest of vnvdimm-emulate(1) has begun to erase or to overwrite the NVDIMM, as with ndctl-sanitize-dimm(1), \
          and was killed, or the host failed.
          """,
        consequence: """
          Some of the data is zero, and some is not. The next start with vnvdimm-emulate(1) goes on until all is, before \
          the guest begins.
          """,
        cure: "Start a guest with vnvdimm-emulate(1) once.")
    case .damaged:
      Explanation(
        cause: "Neither copy of the condition in `.NAME.vnvdimm-dimm` is whole.",
        consequence: "No guest of vnvdimm-emulate(1) starts, because the media errors of the NVDIMM are not known.",
        cure: "Restore the file from a copy, or put it aside: the NVDIMM is then as good as new.")
    }
  }
}
