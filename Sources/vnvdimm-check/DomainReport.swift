import Basics
import CommandSupport
import Libvirt
import QEMU
import Storage

/// What libvirt makes of a domain, and one release of QEMU of the command line that libvirt gives it.
struct DomainReport: CheckAnswer {
  /// When libvirt refuses.
  enum Stage: String, Encodable {
    case define
    case start
  }

  enum Outcome {
    case refused(LibvirtRefusal, Stage)
    /// With the arguments that QEMU gets.
    case started([String], CommandCheck)
  }

  /// Of the document; `-` is standard input.
  let path: String
  let name: String
  let rules: SizingRules
  private(set) var outcome: Outcome

  /// Takes `domain`, as it was read from the document at `path`, through libvirt to the release that `rules` describe.
  /// A domain that `isAccepted` stands as it is: the libvirt that runs has checked it.
  init(
    _ domain: LibvirtDomain, at path: String, isAccepted: Bool = false, rules: SizingRules, users: HostProcesses
  ) {
    self.path = path
    name = (domain.name ?? "").escapedForTerminal
    self.rules = rules
    var stage = Stage.define
    do throws(LibvirtRefusal) {
      let defined = try isAccepted ? domain.settled() : domain.defined()
      stage = .start
      let started = try defined.started()
      let arguments = started.qemuArguments(rules.release)
      var check = CommandCheck(
        [started.emulator ?? "qemu-system-\(rules.architecture.rawValue)"] + arguments, rules: rules, users: users)
      for index in check.backends.indices {
        let devices = zip(defined.devices, started.devices)
        guard let device = devices.first(where: { "mem\($0.1.id)" == check.backends[index].id }) else { continue }
        let verification = LibvirtVerification(device.0, started: device.1, check.backends[index].report)
        check.backends[index].report.findings = verification.findings
      }
      outcome = .started(arguments, check)
    } catch { outcome = .refused(error, stage) }
  }

  func weighed(by permits: Permits) -> DomainReport {
    guard case .started(let arguments, let check) = outcome else { return self }
    var report = self
    report.outcome = .started(arguments, check.weighed(by: permits))
    return report
  }

  var status: ExitStatus {
    switch outcome {
    case .refused: .damaged
    case .started(_, let check): check.status
    }
  }

  /// For people.
  var text: String {
    switch outcome {
    case .refused(let refusal, let stage): "domain \(name): libvirt refuses to \(stage.rawValue) it: \(refusal)"
    case .started(_, let check): check.text
    }
  }
}
