import ArgumentParser
import Basics
package import CommandSupport
import PersistentMemory
import QEMU
import Report

/// The program, for its own executable and for the suite's.
package var program: any Program.Type { Check.self }

struct Check: Program {
  static let configuration = CommandConfiguration(
    commandName: "vnvdimm-check",
    abstract: "Predict what QEMU will do with NVDIMM backends, and find what is wrong with them.",
    version: Suite.version,
    subcommands: [Paths.self, Command.self, Domain.self, Fleet.self, Hook.self], defaultSubcommand: Paths.self)

  /// Returns the action for `arguments` that are paths and the most common options; `nil` if the parser has to read
  /// them.
  ///
  /// The parser finds its options by reflection, which takes longer than a check. This spares scripts that check each
  /// backend separately that time. Everything that is not given has the default value of the mode.
  static func plain(_ arguments: [String]) -> (() throws -> ExitStatus)? {
    let isFleet = arguments.first == Fleet._commandName
    var words = arguments[(isFleet ? 1 : 0)...]
    var paths: [String] = []
    var answers = AnswerForm()
    var machine = PathStart()
    var releases: [QEMURelease] = []
    let verbs = verbs
    while let word = words.popFirst() {
      switch word {
      case "--json": if answers.form == .text { answers.form = .json }
      case "--guest-view" where !isFleet: answers.form = .guestView
      case "--quiet", "-q": answers.isQuiet = true
      case "--size":
        guard let size = words.popFirst().flatMap({ try? size($0) }) else { return nil }
        machine.mappedSize = size.bytes
      case "--label-size":
        guard let size = words.popFirst().flatMap({ try? LabelSize(option: $0) }) else { return nil }
        machine.labelSizes.append(size)
      case "--slot":
        guard let slot = words.popFirst().flatMap({ Int($0) }) else { return nil }
        machine.slotNumbers.append(slot)
      case "--qemu-version":
        guard let release = words.popFirst().flatMap({ try? release($0) }) else { return nil }
        releases.append(release)
      // An option, a verb, or a word that was not UTF-8.
      case _ where word.hasPrefix("-") || verbs.contains(word) || word.contains("\u{FFFD}"): return nil
      default: paths.append(word)
      }
    }
    // The value of a variable may be wrong, which the parser reports.
    let isNamed = !releases.isEmpty
    guard !paths.isEmpty, isNamed || ReleaseVariable.qemu.value.map({ QEMURelease(parsing: $0) != nil }) ?? true else {
      return nil
    }
    machine.namesRelease = isNamed
    return { [paths, answers, machine, releases] in
      isFleet
        ? try FleetMode(paths, machine, releases, answers).run()
        : try MachineMode(paths, machine, AskedRules.all(of: releases, on: .x86_64), answers).run()
    }
  }

  /// Returns the intended call if `arguments` belong to another verb than the one they were given to.
  static func correction(of arguments: [String]) -> CommandFailure? {
    let verb = arguments.first.flatMap { verbs.contains($0) ? $0 : nil }
    if verb == nil {
      if let later = arguments.prefix(while: { $0 != "--" }).first(where: verbs.contains) {
        return .misplaced(
          later, "a verb stands before the options, and a file of that name is ./\(later)",
          call: [later] + arguments.filter { $0 != later })
      }
      if let former = FormerSpelling(in: arguments) { return former.failure }
    }
    guard verb == nil || verb == Command._commandName, let program = arguments.firstIndex(where: \.isQEMU),
      verb == nil || !arguments[..<program].contains("--")
    else { return nil }
    let options = arguments[..<program].filter { $0 != "--" && $0 != verb }
    return .misplaced(
      arguments[program], "a QEMU command line follows '\(programName) command --'",
      call: [Command._commandName] + options + ["--"] + arguments[program...])
  }
}

extension CommandFailure {
  /// Returns the failure that `word` does not belong in its place; `call` has the intended arguments.
  static func misplaced(_ word: String, _ fact: String, call: [String]) -> CommandFailure {
    CommandFailure(
      .usage, word, fact, hint: .command(ShellCommand(Check.programName, call)))
  }
}

extension String {
  /// Whether a program of this name is QEMU.
  var isQEMU: Bool {
    let name = split(separator: "/").last ?? ""
    return name.hasPrefix("qemu-system-") || name == "qemu-kvm"
  }
}
