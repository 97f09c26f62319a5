package import Basics

/// The commands of the suite for words that people take for verbs of another of its programs.
package enum VerbElsewhere {
  private static let commands: [(words: Set<String>, command: [String])] = [
    (["new", "make", "mk"], ["vnvdimm-create"]),
    (["test", "validate", "predict"], ["vnvdimm-check"]),
    (["command", "domain", "fleet", "hook"], ["vnvdimm-check", "$VERB"]),
    (["dump", "info", "labels", "read-labels", "show"], ["vnvdimm-label-dump"]),
    (["enlarge", "expand", "extend", "grow", "resize", "shrink", "truncate"], ["vnvdimm-resize-guard", "apply"]),
    (["apply", "plan", "run", "seal", "verify"], ["vnvdimm-resize-guard", "$VERB"]),
    (["fix", "fsck", "recover"], ["vnvdimm-migrate-labels", "repair"]),
    (["init-labels"], ["vnvdimm-migrate-labels", "init"]),
    (["upgrade"], ["vnvdimm-migrate-labels", "convert"]),
    (
      ["add", "convert", "copy", "init", "join", "move", "relocate", "renew-uuids", "repair", "restore", "split"],
      ["vnvdimm-migrate-labels", "$VERB"]
    ),
    (["boot", "start"], ["vnvdimm", "emulate"]),
    (["diff"], ["vnvdimm", "compare"]),
    (["guests", "ls", "ps"], ["vnvdimm", "list"]),
    (["compare", "config", "doctor", "emulate", "explain", "list"], ["vnvdimm", "$VERB"]),
  ]

  /// Returns the command for `arguments`, of which the first is the verb; `nil` if no program does such a thing.
  package static func command(for arguments: [String]) -> ShellCommand? {
    guard let verb = arguments.first, let row = commands.first(where: { $0.words.contains(verb) }) else { return nil }
    let words = row.command.map { $0 == "$VERB" ? verb : $0 }
    return ShellCommand(words: words + arguments.dropFirst())
  }
}
