import ArgumentParser
import Basics
import CommandSupport
import Libvirt
import QEMU

/// Runs as libvirt's hook: says nothing and refuses nothing, except where a guest that is about to start has an
/// NVDIMM that is not in order.
///
/// Source: libvirt.org, "Hooks for specific system management".
struct HookMode: CheckMode {
  private let guest: String
  private let operation: String
  private let rules: [SizingRules]

  init(_ options: Check) throws {
    guard options.libvirtXML == nil else {
      throw ValidationError("--libvirt-hook reads the domain from standard input: not with --libvirt-xml")
    }
    guard options.paths.count >= 2 else {
      throw ValidationError("--libvirt-hook takes the arguments of the hook: GUEST OPERATION SUB-OPERATION EXTRA")
    }
    guard !options.guestView else { throw ValidationError("--libvirt-hook prints nothing: not with --guest-view") }
    try options.checkDomainOptions()
    guest = options.paths[0]
    operation = options.paths[1]
    rules = options.rules
  }

  func run() throws -> ExitStatus {
    let document = DomainDocument(path: "-", name: guest)
    // Read in any case: libvirt writes it.
    let bytes = try document.bytes()
    guard ["prepare", "start"].contains(operation), Self.mentionsNVDIMM(bytes) else { return .done }
    let domain = try document.domain(in: bytes)
    guard domain.hasNVDIMM else { return .done }
    let reports = try document.reports(of: domain, under: rules)
    let status = reports.map(\.status).gravest
    guard status != .done, status != .irregular else { return .done }
    for report in reports { diagnose(report) }
    return status
  }

  /// Says why the guest may not start.
  private func diagnose(_ report: DomainReport) {
    let program = "\(Check.programName): \(guest.escapedForTerminal)"
    switch report.outcome {
    case .refused(let refusal, _): StandardStream.diagnose("\(program): libvirt refuses: \(refusal)")
    case .started(_, let check):
      check.diagnoseFindings(of: program, atLeast: .error)
      if check.prediction.stop != nil { StandardStream.diagnose("\(program): \(check.verdict)") }
    }
  }

  private static func mentionsNVDIMM(_ bytes: [UInt8]) -> Bool {
    !BytePattern([UInt8]("nvdimm".utf8)).offsets(in: bytes).isEmpty
  }
}
