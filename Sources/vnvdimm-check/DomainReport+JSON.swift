import CommandSupport
import GuestConfiguration
import VNVDIMMCore

extension DomainReport {
  private enum Keys: String, CodingKey {
    case format, domain, libvirt, arguments = "qemu_arguments", qemu, status, qemuVersion = "qemu_version"
    case architecture = "arch"
  }

  private enum LibvirtKeys: String, CodingKey { case starts, stage, message }

  func encode(to encoder: any Encoder) throws {
    var report = encoder.container(keyedBy: Keys.self)
    try report.encode(1, forKey: .format)
    try report.encode(name, forKey: .domain)
    try report.encode(rules.release.description, forKey: .qemuVersion)
    try report.encode(rules.architecture, forKey: .architecture)
    try report.encode(status.rawValue, forKey: .status)
    var libvirt = report.nestedContainer(keyedBy: LibvirtKeys.self, forKey: .libvirt)
    switch outcome {
    case .refused(let refusal, let stage):
      try libvirt.encode(false, forKey: .starts)
      try libvirt.encode(stage, forKey: .stage)
      try libvirt.encode(refusal.description, forKey: .message)
      try report.encodeNil(forKey: .arguments)
      try report.encodeNil(forKey: .qemu)
    case .started(let arguments, let check):
      try libvirt.encode(true, forKey: .starts)
      try libvirt.encodeNil(forKey: .stage)
      try libvirt.encodeNil(forKey: .message)
      try report.encode(arguments, forKey: .arguments)
      try report.encode(check, forKey: .qemu)
    }
  }
}
