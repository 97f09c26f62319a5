import ArgumentParser
import Basics
import CommandSupport
import LabelChange

@main
struct ResizeGuard: Program {
  static let configuration = CommandConfiguration(
    commandName: "vnvdimm-resize-guard",
    abstract: "Change the length of a virtual NVDIMM's backend, or watch that nobody does, with no loss.",
    discussion: """
      SIZE is the new length of the file, label area included: 64M, or +16M and -16M for a change of it. A label area \
      moves to the new end; a crash at any point leaves the old state, the new one, or one that vnvdimm-migrate-labels \
      --repair brings to its end.

      EXAMPLES
        vnvdimm-resize-guard plan +16G nv.img
        vnvdimm-resize-guard run nv.img -- qemu-system-x86_64 ...

      Each rule that it tells of: man vnvdimm-resize-guard
      """, version: Suite.version,
    subcommands: [Plan.self, Apply.self, Seal.self, Verify.self, Run.self])

  private static let verbs = configuration.subcommands.map { $0._commandName }

  static func main() {
    let arguments = ProcessArguments.all
    if let name = arguments.first, !name.hasPrefix("-"), !verbs.contains(name), name != "help" {
      let hint = verbs.nearest(to: name).map { "\(programName) \($0)" } ?? "\(programName) --help"
      fail(
        CommandFailure(.usage, name.isEmpty ? "''" : name, "no such verb", hint: hint),
        asJSON: arguments.contains("--json"))
    }
    let own = arguments.prefix { $0 != "--" }.map { argument in
      // -16M is a SIZE, and would be read as options.
      argument.hasPrefix("-") && argument.dropFirst().first?.isNumber == true
        ? "\(ResizeTarget.minus)\(argument.dropFirst())" : argument
    }
    let rest = arguments.dropFirst(own.count)
    guard own.first == "run" else { return main(own + rest) }
    // The parser has no list of paths with a command behind it.
    main(own + rest.dropFirst().flatMap { ["--\(Run.commandOption)", $0] })
  }
}
