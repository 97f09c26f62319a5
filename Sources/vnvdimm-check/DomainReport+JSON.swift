import CommandSupport
import GuestConfiguration
import VNVDIMMCore

extension DomainReport: Encodable {
  private enum Keys: String, CodingKey {
    case format, domain, libvirt, arguments = "qemu_arguments", backends, status, qemuVersion = "qemu_version"
    case architecture = "arch"
  }

  private enum LibvirtKeys: String, CodingKey { case starts, stage, message }

  func encode(to encoder: any Encoder) throws {
    var report = encoder.container(keyedBy: Keys.self)
    try report.encode(1, forKey: .format)
    try report.encode(domain.name, forKey: .domain)
    try report.encode(rules.release.description, forKey: .qemuVersion)
    try report.encode(rules.architecture, forKey: .architecture)
    try report.encode(refusal == nil ? domain.qemuArguments(rules.release) : [], forKey: .arguments)
    try report.encode(backends, forKey: .backends)
    try report.encode(status.rawValue, forKey: .status)
    var libvirt = report.nestedContainer(keyedBy: LibvirtKeys.self, forKey: .libvirt)
    try libvirt.encode(refusal == nil, forKey: .starts)
    try libvirt.encode(stage, forKey: .stage)
    try libvirt.encode(refusal?.description, forKey: .message)
  }
}
