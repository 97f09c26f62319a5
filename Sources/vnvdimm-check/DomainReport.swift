import Basics
import CommandSupport
import Libvirt
import QEMU

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

  let name: String
  let rules: SizingRules
  let outcome: Outcome

  /// Takes `domain`, as it was read, through libvirt to the release that `rules` describe.
  init(_ domain: LibvirtDomain, rules: SizingRules) {
    name = (domain.name ?? "").escapedForTerminal
    self.rules = rules
    var stage = Stage.define
    do throws(LibvirtRefusal) {
      let defined = try domain.defined()
      stage = .start
      let started = try defined.started()
      let arguments = started.qemuArguments(rules.release)
      var check = CommandCheck(
        [started.emulator ?? "qemu-system-\(rules.architecture.rawValue)"] + arguments, rules: rules, hotplug: [])
      for index in check.backends.indices {
        let devices = zip(defined.devices, started.devices)
        guard let device = devices.first(where: { "mem\($0.1.id)" == check.backends[index].id }) else { continue }
        let verification = LibvirtVerification(device.0, started: device.1, check.backends[index].report)
        check.backends[index].report.findings = verification.findings
      }
      outcome = .started(arguments, check)
    } catch { outcome = .refused(error, stage) }
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
