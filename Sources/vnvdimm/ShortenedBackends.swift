import Basics
import CommandSupport
import VirtualMachine

/// The backends of a machine that somebody has made shorter since they were made or sealed.
struct ShortenedBackends {
  private let findings: [(path: String, finding: Finding)]

  init(_ assembly: MachineAssembly) { findings = assembly.shortenings }

  /// Throws where that is damage, and tells of it where the guest loses nothing that it is to have.
  func check() throws(CommandFailure) {
    for (path, finding) in findings {
      guard finding.severity < .error else {
        throw CommandFailure(
          .damaged, path, finding.fact, hint: finding.hint ?? "vnvdimm check \(path.shellQuotedPath)")
      }
      StandardStream.diagnose(finding, of: Emulate.programName, about: path)
    }
  }
}
