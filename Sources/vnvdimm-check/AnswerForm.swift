import Basics
import CommandSupport
import Consumers
import PersistentMemory
import QEMU
import Report

/// The result of a check of one thing under one release of QEMU.
protocol CheckAnswer {
  /// The document of `--json`.
  var json: JSONValue { get }
  var status: ExitStatus { get }
  /// The answer for people.
  var text: String { get }
  /// What could not be examined, for standard error.
  var failures: [String] { get }
  /// Prints what the guest will see, as `ndctl list` prints it there, and on standard error what it will not see;
  /// nothing of either if `isQuiet`.
  func showGuest(isQuiet: Bool) throws
}

extension MachineReport: CheckAnswer {
  var failures: [String] {
    backends.compactMap { backend in
      backend.failure.map { "\(Check.programName): \(backend.path.asSubject): \($0.fact)" }
    }
  }

  func showGuest(isQuiet: Bool) throws {
    if !isQuiet {
      diagnose(as: Check.programName)
      if prediction.stop != nil { StandardStream.diagnose("\(Check.programName): \(verdict)") }
      for line in confirmationLines { StandardStream.diagnose("\(Check.programName): \(line)") }
    }
    guard let guestView else { return }
    try StandardStream.answer(guestView.json)
  }

  /// Prints findings of at least `severity` to standard error; `program` begins each message.
  func diagnose(as program: String, atLeast severity: Finding.Severity = .note) {
    for (path, finding) in allFindings where finding.severity >= severity {
      StandardStream.diagnose(finding, of: program, about: path)
    }
  }
}

extension DomainReport: CheckAnswer {
  var failures: [String] {
    if case .started(_, let machine) = outcome { machine.failures } else { [] }
  }

  func showGuest(isQuiet: Bool) throws {
    guard rules.architecture == .x86_64 else {
      throw CommandFailure(.unsupported, name, "--guest-view shows only guests on x86_64")
    }
    switch outcome {
    case .refused(let refusal, _):
      StandardStream.diagnose("\(Check.programName): \(name.asSubject): libvirt refuses: \(refusal)")
    case .started(_, let machine): try machine.showGuest(isQuiet: isQuiet)
    }
  }
}

extension ConsumerReport: CheckAnswer {
  var failures: [String] {
    backend.failure.map { ["\(Check.programName): \(backend.path.asSubject): \($0.fact)"] } ?? []
  }

  func showGuest(isQuiet: Bool) throws {
    throw CommandFailure(.unsupported, "--guest-view", "shows only guests of QEMU, not of \(choice.title)")
  }
}

/// The form in which answers are printed.
struct AnswerForm: Sendable {
  enum Form: Sendable {
    case text
    case json
    /// The output of `ndctl list` in the guest; findings go to standard error.
    case guestView
  }

  var form = Form.text
  /// Whether to print nothing for people.
  var isQuiet = false

  init(_ form: Form = .text, isQuiet: Bool = false) {
    self.form = form
    self.isQuiet = isQuiet
  }

  /// Prints `answer`, one of `count`; several JSON answers are printed as one document per line.
  func print(_ answer: some CheckAnswer, of count: Int) throws {
    for failure in answer.failures { StandardStream.diagnose(failure) }
    switch form {
    case .json where count > 1: try StandardStream.answer(answer.json.formatted(.line))
    case .json: try StandardStream.answer(answer.json)
    case .text where !isQuiet: try StandardStream.answer(answer.text)
    case .guestView: try answer.showGuest(isQuiet: isQuiet)
    case .text: break
    }
  }
}
