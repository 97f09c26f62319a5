import Basics
import CommandSupport
import Libvirt
import QEMU

extension DomainReport {
  /// The document of `--json`.
  var json: JSONTree {
    .object(
      [
        ("format", .signed(1)), ("domain", .text(name)), ("qemu_version", .text(rules.release.description)),
        ("arch", .text(rules.architecture.rawValue)), ("status", .signed(Int(status.rawValue))),
      ] + members)
  }

  private var members: [(name: String, value: JSONTree)] {
    let starts: Bool, stage: String?, message: String?
    let arguments: JSONTree, qemu: JSONTree
    switch outcome {
    case .refused(let refusal, let at):
      (starts, stage, message) = (false, at.rawValue, refusal.description)
      (arguments, qemu) = (.null, .null)
    case .started(let given, let check):
      (starts, stage, message) = (true, nil, nil)
      (arguments, qemu) = (.list(given.map { .text($0) }), check.json)
    }
    return [
      ("libvirt", .object([("starts", .boolean(starts)), ("stage", JSONTree(stage)), ("message", JSONTree(message))])),
      ("qemu_arguments", arguments), ("qemu", qemu),
    ]
  }
}
