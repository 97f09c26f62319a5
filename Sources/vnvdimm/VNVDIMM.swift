import Basics
import ArgumentParser
import CommandSupport

/// `vnvdimm VERB …`: the entry point of the suite, which runs its programs.
@main
struct VNVDIMM: Program {
  static let configuration = CommandConfiguration(
    commandName: "vnvdimm", abstract: "Tools for virtual NVDIMM backends.", usage: "vnvdimm VERB [ARGUMENT ...]",
    discussion: discussion, version: Suite.version)

  private static let discussion = """
    VERBS
    \(Verb.allCases.map { "  \($0.rawValue.padded(to: 14)) \($0.summary)" }.joined(separator: "\n"))

    EXAMPLES
      vnvdimm create --size 4G --namespace fsdax,name=data nv.img
      vnvdimm check --qemu-version 7.2 nv.img
      vnvdimm emulate --nvdimm nv.img,label-size=2M

    See `vnvdimm VERB --help` and man vnvdimm-VERB for details, and man vnvdimm-workflows for the commands of each job \
    of an administrator.
    """

  static func main() {
    let arguments = ProcessArguments.all
    if let verb = Verb.ofProcess { return verb.program.main(arguments) }
    // Before anything is parsed: all arguments after a verb belong to the verb, even if the verb does not exist.
    guard let name = arguments.first, !name.hasPrefix("-") else { return main(arguments) }
    // A common spelling: `vnvdimm help check`.
    if name == "help" { return help(about: arguments.dropFirst().first) }
    run(name, Array(arguments.dropFirst()))
  }

  /// Runs the verb `name`; does not return.
  private static func run(_ name: String, _ arguments: [String]) {
    guard let verb = Verb(rawValue: name) else {
      refuse(verb: name, of: [name] + arguments, among: Verb.allCases.map(\.rawValue))
    }
    verb.program.main(arguments)
  }

  private static func help(about verb: String?) {
    guard let verb else { return main(["--help"]) }
    run(verb, ["--help"])
  }

  func run() throws { try StandardStream.answer(Self.helpMessage()) }
}
