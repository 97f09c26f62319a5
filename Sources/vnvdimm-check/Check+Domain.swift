import ArgumentParser
import CommandSupport
import GuestConfiguration
import HostResources
import SystemPackage
import VNVDIMMCore

extension Check {
  /// Usage that only the check of a domain can get wrong.
  func checkDomainOptions() throws {
    guard libvirtHook || libvirtXML != nil else { return }
    guard !libvirtHook || libvirtXML == nil else {
      throw ValidationError("--libvirt-hook reads the domain from standard input: not with --libvirt-xml")
    }
    guard !libvirtHook || paths.count >= 2 else {
      throw ValidationError("--libvirt-hook takes the arguments of the hook: GUEST OPERATION SUB-OPERATION EXTRA")
    }
    guard libvirtHook || paths.isEmpty else { throw ValidationError("--libvirt-xml tells the paths by itself") }
    guard !isFleet, !guestView, prometheus == nil, !qemuCommand, commandFile == nil else {
      throw ValidationError(
        "a domain is checked for itself: not with --each, --paths-from, --prometheus or --guest-view")
    }
  }

  /// Checks the domain in the file at `path`, or on standard input, and answers the gravest status.
  func checkDomain(at path: String, under rules: [SizingRules]) throws -> ExitStatus {
    let name = path == "-" ? "standard input" : path
    let reports = try reports(of: Self.domain(at: path, called: name), called: name, under: rules)
    for report in reports {
      if json {
        try StandardStream.answer(JSONAnswer.text(of: report, compact: reports.count > 1))
      } else if !quiet {
        try StandardStream.answer(report.text)
      }
    }
    return reports.map(\.status).reduce(.done) { $0.graver($1) }
  }

  /// Runs as libvirt's hook: says nothing and refuses nothing, except where a guest that is about to start has an
  /// NVDIMM that is not in order.
  ///
  /// Source: libvirt.org, "Hooks for specific system management".
  func runHook(under rules: [SizingRules]) throws -> ExitStatus {
    // Read in any case: libvirt writes it.
    let bytes = try Self.contents(of: "-", called: "standard input")
    guard ["prepare", "start"].contains(paths[1]), Self.mentionsNVDIMM(bytes) else { return .done }
    let guest = paths[0]
    let domain = try Self.domain(in: bytes, called: guest)
    guard domain.hasNVDIMM else { return .done }
    let reports = try reports(of: domain, called: guest, under: rules)
    let status = reports.map(\.status).reduce(ExitStatus.done) { $0.graver($1) }
    guard status != .done, status != .irregular else { return .done }
    for report in reports { diagnose(report, of: guest) }
    return status
  }

  /// Says why a guest may not start.
  private func diagnose(_ report: DomainReport, of guest: String) {
    let program = "\(Self.programName): \(guest.escapedForTerminal)"
    switch report.outcome {
    case .refused(let refusal, _): StandardStream.diagnose("\(program): libvirt refuses: \(refusal)")
    case .started(_, let check):
      for backend in check.backends.map(\.report) {
        if let failure = backend.failure { StandardStream.diagnose("\(program): \(backend.name): \(failure.fact)") }
        for finding in backend.findings where finding.severity == .error {
          StandardStream.diagnose(finding, of: program, about: backend.request.path)
        }
      }
      for finding in check.findings where finding.severity == .error {
        StandardStream.diagnose("\(program): \(finding)")
      }
      if check.prediction.stop != nil { StandardStream.diagnose("\(program): \(check.verdict)") }
    }
  }

  private func reports(
    of domain: LibvirtDomain, called name: String, under rules: [SizingRules]
  ) throws(CommandFailure) -> [DomainReport] {
    guard let architecture = domain.architecture else {
      throw CommandFailure(
        .unsupported, name, "the architecture \((domain.architectureName ?? "").escapedForTerminal) is not described")
    }
    guard domain.hasNVDIMM else {
      throw CommandFailure(.unsupported, name, "the domain has no NVDIMM: nothing was checked")
    }
    return rules.map { DomainReport(domain, rules: SizingRules($0.release, architecture)) }
  }

  private static func domain(at path: String, called name: String) throws(CommandFailure) -> LibvirtDomain {
    try domain(in: contents(of: path, called: name), called: name)
  }

  private static func domain(in bytes: [UInt8], called name: String) throws(CommandFailure) -> LibvirtDomain {
    do { return try LibvirtDomain(xml: bytes) } catch let refusal as LibvirtRefusal {
      throw CommandFailure(.damaged, name, "libvirt refuses to define it: \(refusal)")
    } catch XMLError.noLibrary {
      throw CommandFailure(.incomplete, name, "\(XMLError.noLibrary)", hint: "apt-get install libxml2")
    } catch { throw CommandFailure(.unsupported, name, "not a domain of libvirt: \(error)") }
  }

  private static func contents(of path: String, called name: String) throws(CommandFailure) -> [UInt8] {
    do throws(Errno) {
      let limit = LibvirtDomain.byteLimit
      return try path == "-"
        ? FileDescriptor.standardInput.remainingBytes(limit: limit) : FilePath(path).contents(limit: limit)
    } catch { throw CommandFailure(.incomplete, name, "cannot read: \(error)") }
  }

  private static func mentionsNVDIMM(_ bytes: [UInt8]) -> Bool {
    !BytePattern([UInt8]("nvdimm".utf8)).offsets(in: bytes).isEmpty
  }
}
