import Basics
import CommandSupport
import Consumers
import PersistentMemory
import QEMU
import Report

/// What a check says about one thing, under one release of QEMU.
protocol CheckAnswer {
  /// The document of `--json`.
  var json: JSONValue { get }
  var status: ExitStatus { get }
  /// For people.
  var text: String { get }
  /// What could not be examined, for standard error.
  var failures: [String] { get }
  /// Tells what the guest will see, as `ndctl list` in it does, and on standard error what it will not; nothing of that
  /// where `isQuiet`.
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

  /// Tells on standard error what was found of at least `severity`; `program` begins each message.
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

/// How answers are printed.
struct AnswerForm: Sendable {
  enum Form: Sendable {
    case text
    case json
    /// What `ndctl list` will say in the guest; findings go to standard error.
    case guestView
  }

  var form = Form.text
  /// Nothing for people.
  var isQuiet = false

  init(_ form: Form = .text, isQuiet: Bool = false) {
    self.form = form
    self.isQuiet = isQuiet
  }

  /// Prints `answer`, one of `count`: JSON of several is one document on each line.
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
