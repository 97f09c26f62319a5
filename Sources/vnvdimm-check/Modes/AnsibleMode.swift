import ArgumentParser
import CommandSupport

/// Runs as Ansible's module: whatever happens, the answer is JSON on standard output.
struct AnsibleMode: CheckMode {
  private let path: String

  init(argumentsAt path: String) { self.path = path }

  func run() throws -> ExitStatus {
    let answer: AnsibleAnswer
    do { answer = try AnsibleModule(argumentsAt: path).run() } catch let failure as CommandFailure {
      answer = AnsibleAnswer(failure)
    } catch let error as ValidationError {
      answer = AnsibleAnswer(CommandFailure(.usage, nil, error.message))
    }
    try StandardStream.answer(JSONAnswer.text(of: answer, compact: true))
    return ExitStatus(rawValue: answer.status) ?? .incomplete
  }
}
