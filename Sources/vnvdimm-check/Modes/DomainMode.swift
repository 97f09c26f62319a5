import ArgumentParser
import Basics
import CommandSupport
import QEMU

/// Checks a domain of libvirt, under each release that was named.
struct DomainMode: CheckMode {
  private let document: DomainDocument
  private let rules: [SizingRules]
  private let answers: AnswerForm

  /// `path` is that of a file, or `-` for standard input.
  init(_ options: Check, domainAt path: String) throws {
    guard options.paths.isEmpty else { throw ValidationError("--libvirt-xml tells the paths by itself") }
    try options.checkDomainOptions()
    document = DomainDocument(path: path)
    rules = options.rules
    answers = AnswerForm(options)
  }

  func run() throws -> ExitStatus {
    let reports = try document.reports(of: document.domain(), under: rules)
    for report in reports {
      try answers.print(report, of: reports.count)
      if answers.form == .guestView { try showGuest(of: report) }
    }
    return reports.map(\.status).gravest
  }

  private func showGuest(of report: DomainReport) throws {
    guard report.rules.architecture == .x86_64 else {
      throw CommandFailure(.unsupported, report.name, "--guest-view tells of guests on x86_64 alone")
    }
    switch report.outcome {
    case .refused(let refusal, _):
      StandardStream.diagnose("\(Check.programName): \(report.name.asSubject): libvirt refuses: \(refusal)")
    case .started(_, let check): try check.showGuest(isQuiet: answers.isQuiet)
    }
  }
}

extension Check {
  /// A domain tells sizes, slots and memory by itself.
  func checkDomainOptions() throws {
    guard !describesMachine else {
      throw ValidationError("the domain tells sizes, slots and memory: give no option")
    }
  }
}
