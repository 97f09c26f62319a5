import ArgumentParser
import CommandSupport
import GuestConfiguration
import VNVDIMMCore

extension Check {
  /// Checks one command line of QEMU's, under each release that was named.
  func checkCommand() throws {
    let arguments = try commandFile.map { try CommandArguments.read($0) } ?? paths
    var outcome = ExitStatus.done
    let checks = (releases.isEmpty ? [.newest] : releases).map { release in
      CommandCheck(arguments, rules: SizingRules(release, arch), hotplug: hotplugCommands)
    }
    for check in checks {
      outcome = outcome.graver(check.status)
      if guestView { continue }
      if json {
        try StandardStream.answer(JSONAnswer.text(of: check, compact: checks.count > 1))
      } else if !quiet {
        try StandardStream.answer(check.text)
      }
    }
    if guestView, let check = checks.first { try showGuest(of: check) }
    throw outcome.exitCode
  }

  /// Prints what `ndctl list` will say in the guest of `check`; findings go to standard error.
  private func showGuest(of check: CommandCheck) throws {
    if !quiet {
      for backend in check.backends {
        for finding in backend.report.findings {
          StandardStream.diagnose(finding, of: Self.programName, about: backend.report.request.path)
        }
      }
      for finding in check.findings { StandardStream.diagnose(finding, of: Self.programName, about: check.program) }
    }
    guard check.prediction.stop == nil else { return }
    let listing = GuestListing(
      check.regions, persistence: check.prediction.persistence, populatedNodes: check.prediction.populatedNodes)
    try StandardStream.answer(JSONAnswer.text(of: listing))
  }
}
