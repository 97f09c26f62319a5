import Basics
import CommandSupport
import Libvirt
import QEMU
import Report
import Storage
import SystemPackage

/// The answer of a fleet check for one path, under all releases.
struct FleetAnswer: Sendable {
  let status: ExitStatus
  /// The text for standard output; `nil` if there is nothing to print.
  let text: String?
  /// The messages for standard error.
  let failures: [String]
  let metrics: [BackendMetrics]

  /// Checks `entry` with the options `fleet`; `processes` are those of this host.
  init(_ entry: PathList.Entry, _ fleet: FleetOptions, _ processes: HostProcesses) {
    switch entry {
    case .defect(let failure): self.init(failure, fleet)
    case .path(let path):
      let host = HostView(processes: processes)
      if let document = Self.domain(at: path, on: host) {
        self.init(domainIn: document, of: path, fleet, on: host)
      } else if let consumer = fleet.consumer {
        self.init([consumer.answer(on: path, under: fleet.rules[0].rules, fleet.permits, on: host)], fleet)
      } else {
        let reports = fleet.rules.map { asked in
          MachineReport(fleet.machine.start(of: [path], under: asked.rules, on: host), under: asked.rules, on: host)
            .resting(on: asked.basis)
        }
        self.init(reports.map { $0.weighed(by: fleet.permits) }, fleet)
      }
    }
  }

  private init(_ failure: CommandFailure, _ fleet: FleetOptions) {
    status = failure.status
    text = fleet.answers.form == .json ? failure.document(of: Check.programName).formatted(.line) : nil
    failures = [failure.line(of: Check.programName)]
    metrics = []
  }

  private init(domainIn bytes: [UInt8], of path: String, _ fleet: FleetOptions, on host: HostView) {
    let document = DomainDocument(path: path)
    do throws(CommandFailure) {
      let domain = try document.domain(in: bytes, fleet.libvirt.release)
      guard DomainDocument.isOfInterest(domain) else {
        self.init(uninteresting: domain, of: path, fleet)
        return
      }
      let reports = try document.reports(
        of: domain, with: fleet.libvirt, under: fleet.releases, linux: fleet.linux, on: host)
      self.init(reports.map { $0.weighed(by: fleet.permits) }, fleet)
    } catch { self.init(error, fleet) }
  }

  /// Creates the answer for a domain without memory devices, which is normal for most guests of a host.
  private init(uninteresting domain: LibvirtDomain, of path: String, _ fleet: FleetOptions) {
    status = .done
    failures = []
    metrics = []
    text =
      switch fleet.answers.form {
      case .json:
        JSONValue.object([
          ("format", .format), ("path", .text(path)), ("domain", .text(domain.name ?? "")),
          ("status", JSONValue(Int(ExitStatus.done.rawValue))),
        ]).formatted(.line)
      case .text where !fleet.answers.isQuiet:
        "\(path.asSubject): domain \((domain.name ?? "").asSubject): no memory device"
      case .text, .guestView: nil
      }
  }

  private init(_ reports: [any FleetReport], _ fleet: FleetOptions) {
    status = reports.map(\.status).gravest
    failures = reports.flatMap(\.failures)
    metrics = fleet.collectsMetrics ? reports.compactMap(\.machine).flatMap(BackendMetrics.all) : []
    text =
      switch fleet.answers.form {
      case .json: reports.map { $0.json.formatted(.line) }.joined(separator: "\n")
      case .text where !fleet.answers.isQuiet: reports.map(\.line).joined(separator: "\n")
      case .text, .guestView: nil
      }
  }

  /// Returns the document at `path`; `nil` if it is not a domain.
  private static func domain(at path: String, on host: HostView) -> [UInt8]? {
    let examination = host.examination(of: path)
    guard examination.kind == .regularFile, let length = examination.forReading.length, length > 0,
      length <= LibvirtDomain.byteLimit, let bytes = try? FilePath(path).contents(limit: LibvirtDomain.byteLimit),
      LibvirtDomain.begins(bytes)
    else { return nil }
    return bytes
  }
}

/// A report on one path in a fleet.
protocol FleetReport: CheckAnswer {
  /// One line for each backend, then one for each finding.
  var line: String { get }
  /// The report on the machine; `nil` if libvirt refuses.
  var machine: MachineReport? { get }
}

extension MachineReport: FleetReport {
  var machine: MachineReport? { self }
}

extension ConsumerReport: FleetReport {
  var machine: MachineReport? { nil }
}

extension DomainReport: FleetReport {
  var machine: MachineReport? {
    if case .started(_, let machine) = outcome { machine } else { nil }
  }

  /// The outcome for the domain, then one line for each finding.
  var line: String {
    let head = "\(path.asSubject): domain \(name.asSubject): "
    switch outcome {
    case .refused(let refusal, let stage):
      return head + "libvirt refuses to \(stage.rawValue) it: " + "\(refusal)".escapedForTerminal
    case .started(_, let machine):
      let found = machine.allFindings.map { "  \($0.asSubject): \($1)" }
      return ([head + machine.verdict] + found).joined(separator: "\n")
    }
  }
}
