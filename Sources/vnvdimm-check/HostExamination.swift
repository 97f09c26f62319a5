import Basics
import QEMU
import Storage

/// What the host makes of a backend, and what is wrong with that.
struct HostExamination {
  /// Nil where there is no backend.
  let state: HostState?
  let findings: [Finding]

  init(_ request: BackendRequest, in examination: borrowing BackendExamination, users: HostProcesses) {
    state = examination.host(users: users)
    guard let state, let length = examination.state.length else {
      findings = []
      return
    }
    findings =
      HostVerification(
        state, at: request.path, isBlockDevice: examination.kind == .blockDevice, length: length,
        mappedSize: request.size
      ).findings
  }
}
