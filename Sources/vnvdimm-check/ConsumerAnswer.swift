import ArgumentParser
import CommandSupport
import Consumers
import Libvirt
import QEMU
import Report

extension ConsumerChoice {
  /// Returns the program's answer for the backend at `path`.
  func answer(
    on path: String, under rules: SizingRules, _ permits: Permits, on host: HostView
  ) -> any CheckAnswer & FleetReport {
    if case .domain = consumer.start { return domainAnswer(on: path, under: rules, permits, on: host) }
    if let report = MachineReport(on: path, for: self, under: rules, on: host) { return report.weighed(by: permits) }
    return ConsumerReport(on: path, for: self, on: host).weighed(by: permits)
  }
}

extension ConsumerChoice {
  /// Returns libvirt's answer for a domain with the backend at `path`, as `vnvdimm config` prints it.
  private func domainAnswer(
    on path: String, under rules: SizingRules, _ permits: Permits, on host: HostView
  ) -> any CheckAnswer & FleetReport {
    let machine = MachineReport(PathStart().start(of: [path], under: rules, on: host), under: rules, on: host)
    let libvirt = AskedLibvirt(nil)
    guard let configuration = try? PasteConfiguration(of: machine), !configuration.devices.isEmpty,
      let domain = try? LibvirtDomain(xml: [UInt8](configuration.domain.wholeDomain.utf8), libvirt.release)
    else { return machine.weighed(by: permits) }
    return DomainReport(
      domain, basis: libvirt.basis, at: path, under: AskedRules.all(of: [rules.release], on: rules.architecture)[0],
      on: host
    ).weighed(by: permits)
  }
}

extension ConsumerOption {
  /// Returns the program, unless it is the one that is checked anyway. Throws if `dimms` has options that concern QEMU.
  func consumer(beside dimms: DIMMOptions, _ releases: ReleaseOptions) throws -> ConsumerChoice? {
    guard let consumer else { return nil }
    if case .usual = consumer.consumer.start { return nil }
    guard dimms.isPlain else {
      throw ValidationError("--for \(consumer.consumer.name): sizes and slots are those of that program")
    }
    guard releases.releases.count <= 1 else { throw ValidationError("--for takes one --qemu-version") }
    return consumer
  }
}
