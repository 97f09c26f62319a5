import Basics
package import CommandSupport
package import Libvirt
import PersistentMemory
package import QEMU
import Storage
import SystemPackage

/// What libvirt does with a domain, and what one release of QEMU does with the command line that libvirt builds for it.
package struct DomainReport {
  /// The moment at which libvirt refuses.
  package enum Stage: String {
    case define
    case start
  }

  package enum Outcome {
    case refused(LibvirtRefusal, Stage)
    /// libvirt starts QEMU with these arguments.
    case started([String], MachineReport)
  }

  /// The path of the document; `-` is standard input.
  package let path: String
  package let name: String
  package let rules: SizingRules
  /// The release of libvirt that is asked.
  package let release: LibvirtRelease
  /// The reason for choosing this release.
  package let basis: ReleaseBasis
  package internal(set) var outcome: Outcome

  /// Takes `domain`, as read from the document at `path`, through libvirt to the release that `rules` describe. A
  /// domain that `isAccepted` is not checked again, because the running libvirt has checked it.
  ///
  /// The RAM that QEMU is asked about is anonymous: libvirt's choice of storage for it has no effect on memory devices.
  package init(
    _ domain: LibvirtDomain, basis: ReleaseBasis, at path: String, isAccepted: Bool = false,
    isConfirmed: Bool = false, under asked: AskedRules, on host: HostView
  ) {
    let rules = asked.rules
    self.basis = basis
    self.path = path
    name = (domain.name ?? "").escapedForTerminal
    self.rules = rules
    release = domain.release
    var stage = Stage.define
    do throws(LibvirtRefusal) {
      let defined = try isAccepted ? domain.settled() : domain.defined(for: rules.release)
      stage = .start
      let started = try defined.started(on: isAccepted ? LibvirtHost() : LibvirtHost(hugePageSizes: host.hugePageSizes))
      let program = started.emulator ?? "qemu-system-\(rules.architecture.rawValue)"
      var start = Start(
        of: [program] + started.qemuArguments(rules.release, ram: .anonymous), rules.release, asker: .domain)
      start.undescribed = domain.undescribed.map { "a part of the domain (\($0))" }
      var report = MachineReport(start, under: rules, on: host)
      for (device, sent) in zip(defined.devices, started.devices) {
        report.amend(backend: "mem\(sent.id)") { Self.findings(about: $0, device, started: sent) }
      }
      if isConfirmed { report = report.confirmed(start, by: started.emulator, on: host) }
      outcome = .started(started.qemuArguments(rules.release), report.resting(on: asked.basis))
    } catch { outcome = .refused(error, stage) }
  }

  package var status: ExitStatus {
    switch outcome {
    case .refused: .damaged
    case .started(_, let report): report.status
    }
  }

  /// The report for people.
  package var text: String {
    switch outcome {
    case .refused(let refusal, let stage):
      (["domain \(name): libvirt refuses to \(stage.rawValue) it: \(refusal)"] + assumptions).joined(separator: "\n")
    case .started(_, let report): ([report.text] + assumptions).joined(separator: "\n")
    }
  }

  /// The release of libvirt, with the reason for choosing it, if the asker has not named one.
  private var assumptions: [String] {
    basis.explanation.map { ["libvirt's release is \($0)"] } ?? []
  }
}

extension DomainReport {
  /// Returns the sizes with which libvirt, whose modules are multiples of 2 MiB, gives the guest a region that is a
  /// multiple of the granularity of its namespaces; `nil` if the backend already has labels, which would not be found
  /// then, and on POWER.
  private static func sizes(of report: BackendReport, _ device: LibvirtMemoryDevice) -> Hint? {
    let (module, unit) = (Architecture.x86_64.moduleGranularity, Architecture.x86_64.defaultGuestAlignment)
    guard report.labels.area?.indexes.current == nil, device.uuid == nil, let mapped = report.mappedSize else {
      return nil
    }
    let label = device.labelSize == 0 ? 0 : (device.labelSize << 10).alignedUp(to: module) ?? 0
    let region = (mapped - min(mapped, label)).alignedDown(to: unit)
    guard region > 0 else { return nil }
    let size = "<size unit='KiB'>\((region + label) >> 10)</size>"
    let labels = label == 0 ? "" : "<label><size unit='KiB'>\(label >> 10)</size></label>"
    return .elements("<target>\(size)\(labels)</target>")
  }

  /// Returns the findings of `report`, plus those about behavior of libvirt that the owner of `device` may not expect.
  /// `device` is as it was defined, `started` is the same device as libvirt gives it to QEMU.
  private static func findings(
    about report: BackendReport, _ device: LibvirtMemoryDevice, started: LibvirtMemoryDevice
  ) -> [Finding] {
    let size = started.size << 10
    // QEMU would create the file, but with libvirt it does not get that far.
    var findings = report.findings.map { finding in
      guard finding.rule == BackendRule.missing else { return finding }
      return Finding(
        BackendRule.libvirtMissing,
        "libvirt does not start a guest whose file is missing: it cannot give the file to QEMU's user",
        hint: finding.remedy)
    }
    guard device.model == .nvdimm else { return findings }
    findings = findings.map {
      $0.rule == BackendRule.guestAlignment && $0.hint != nil ? $0.with(hint: sizes(of: report, started)) : $0
    }
    if device.size != started.size {
      findings.append(
        Finding(
          BackendRule.libvirtRounding, "libvirt rounds the size to a multiple of its own",
          stored: ByteCount(device.size << 10).precise, expected: ByteCount(size).precise,
          hint: .elements("<target><size unit='KiB'>\(started.size)</size></target>")))
    }
    if !started.isPersistentMemory, report.kind == .regularFile, let allocated = report.host?.allocated,
      allocated < size
    {
      findings.append(
        Finding(
          BackendRule.libvirtPreallocation, "libvirt makes QEMU fill the sparse file at the start",
          stored: ByteCount(allocated).precise, expected: ByteCount(size).precise))
    }
    return findings
  }
}
