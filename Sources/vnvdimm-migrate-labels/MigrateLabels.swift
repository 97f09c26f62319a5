public import ArgumentParser
import Basics
package import CommandSupport
import LabelChange
public import PersistentMemory
import Storage
import SystemPackage

/// The program, for its own executable and for the suite's.
package var program: any Program.Type { MigrateLabels.self }

struct MigrateLabels: Program {
  static let configuration = CommandConfiguration(
    commandName: "vnvdimm-migrate-labels",
    abstract: "Create, move, convert or repair the labels of a virtual NVDIMM's backend.",
    usage: "vnvdimm-migrate-labels <verb> [<options>] <path> ...",
    discussion: """
      Data of namespaces is never changed, and a crash does no harm: repair completes an interrupted change. The former \
      label area is saved in a new file beside the backend.

      EXAMPLES
        vnvdimm-migrate-labels move nv.img 2
        vnvdimm-migrate-labels relocate nv.img 258M --backup labels.bin
        vnvdimm-migrate-labels repair nv.img --plan

      Options of a verb: vnvdimm-migrate-labels VERB --help, or man vnvdimm-migrate-labels
      """, version: Suite.version,
    subcommands: [
      Init.self, Add.self, Resize.self, Convert.self, Move.self, Relocate.self, Copy.self, Split.self, Join.self,
      RenewUUIDs.self, Repair.self, Restore.self,
    ])

  static func prepared(_ arguments: [String]) -> [String] {
    checkVerb(of: arguments)
    return arguments
  }

  /// The options that became verbs.
  private static let formerVerbs = [
    "--add-labels": "init", "--label-size": "resize", "--to-version": "convert", "--to-slot": "move",
    "--relocate-from": "relocate", "--to": "copy", "--split": "split", "--join": "join", "--repair": "repair",
    "--restore": "restore",
  ]
  private static let formerOptions = [
    "--from-label-size": "--label-size", "--dry-run": "--plan", "--keep-region": "--keep-guest-size",
  ]
  private static let optionsWithValue: Set<String> = [
    "--size", "--from-label-size", "--slot", "--labels", "--name", "--uuid", "--backup",
  ]

  static func call(insteadOf arguments: [String]) -> Hint? {
    let verbs = Set(formerVerbs.values)
    guard let first = arguments.first, !verbs.contains(first) else {
      let renamed = arguments.map { formerOptions[$0] ?? $0 }
      return renamed == arguments ? nil : .command(ShellCommand(programName, renamed))
    }
    let words = CommandWords(
      arguments, optionsWithValue: optionsWithValue.union(formerVerbs.keys).subtracting(["--repair"]))
    guard let change = words.options.first(where: { formerVerbs[$0.name] != nil }), let verb = formerVerbs[change.name]
    else { return nil }
    let options = words.options.filter { formerVerbs[$0.name] == nil }.flatMap { option in
      [formerOptions[option.name] ?? option.name] + [option.value].compactMap(\.self)
    }
    // `auto` had to be given formerly, and is the default now.
    let operand = [change.value].compactMap(\.self).filter { verb != "init" || $0 != "auto" }
    return words.operands.first.map { .command(ShellCommand(programName, [verb, $0] + operand + options)) }
  }
}

extension LabelVersion: ExpressibleByArgument {
  /// The versions to choose from. Virtual NVDIMMs have no labels of version 2.1.
  public static var allValueStrings: [String] { [LabelVersion.v1_1, .v1_2].map(\.rawValue) }
}
