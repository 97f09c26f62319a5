import ArgumentParser
import CommandSupport
import QEMU
import Report

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
    for report in reports { try answers.print(report, of: reports.count) }
    return reports.map(\.status).gravest
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
