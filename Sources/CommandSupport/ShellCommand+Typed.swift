package import Basics

extension ShellCommand {
  /// Returns the call of this process as typed, for a hint that keeps the arguments and adds some. `program` is the
  /// running program, such as `vnvdimm-create` or `vnvdimm emulate`; if it is a verb of `vnvdimm`, the verb is an
  /// argument.
  package static func typed(_ program: String) -> ShellCommand {
    let words = program.split(separator: " ").map(String.init)
    let verb = words.count > 1 ? words[1] : String(program.split(separator: "-", maxSplits: 1).last ?? "")
    let arguments = ProcessArguments.all
    let isVerb = ProcessArguments.program != program && arguments.first == verb
    return ShellCommand(words: words + arguments.dropFirst(isVerb ? 1 : 0))
  }
}
