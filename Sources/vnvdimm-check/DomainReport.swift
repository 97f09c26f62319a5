import CommandSupport
import GuestConfiguration
import VNVDIMMCore

/// What libvirt makes of a domain, and one release of QEMU of its NVDIMMs.
struct DomainReport {
  /// When libvirt refuses.
  enum Stage: String, Encodable {
    case define
    case start
  }

  /// As far as libvirt comes with it.
  let domain: LibvirtDomain
  let refusal: LibvirtRefusal?
  /// Nil where it is started.
  let stage: Stage?
  let rules: SizingRules
  /// Those of the NVDIMMs, in the order of the domain; none where libvirt refuses.
  let backends: [BackendReport]

  /// Takes `domain`, as it was read, through libvirt to the release that `rules` describe.
  init(_ domain: LibvirtDomain, rules: SizingRules) {
    var domain = domain
    var stage = Stage.define
    self.rules = rules
    do throws(LibvirtRefusal) {
      let defined = try domain.defined()
      domain = defined
      stage = .start
      let started = try defined.started()
      self.domain = started
      refusal = nil
      self.stage = nil
      var machine = MachineCheck(of: started.dimms, MachineOptions(started), rules: rules)
      let devices = zip(defined.devices, started.devices).filter { $0.0.model == .nvdimm }
      backends = zip(machine.reports(), devices).map { report, device in
        var report = report
        report.findings += LibvirtVerification(device.0, started: device.1, of: started, report).findings
        return report
      }
    } catch {
      self.domain = domain
      refusal = error
      self.stage = stage
      backends = []
    }
  }

  var status: ExitStatus {
    guard refusal == nil else { return .damaged }
    return backends.map(\.status).reduce(.done) { $0.graver($1) }
  }

  /// The domain's name as it can be printed.
  var name: String { (domain.name ?? "").escapedForTerminal }

  /// For people.
  var text: String {
    if let refusal, let stage { return "domain \(name): libvirt refuses to \(stage.rawValue) it: \(refusal)" }
    return backends.map(\.text).joined(separator: "\n")
  }
}

extension LibvirtDomain {
  /// Its NVDIMMs as QEMU gets them.
  fileprivate var dimms: [DIMM] {
    devices.filter { $0.model == .nvdimm }.map { device in
      DIMM(
        id: "mem\(device.id)", path: device.path ?? "", mappedSize: ByteCount(device.size << 10),
        labelSize: device.labelSize > 0 ? .exactly(device.labelSize << 10) : .none,
        alignment: device.alignment > 0 ? ByteCount(device.alignment << 10) : nil, slot: device.slot.map(Int.init),
        isSlotSettled: true)
    }
  }
}
