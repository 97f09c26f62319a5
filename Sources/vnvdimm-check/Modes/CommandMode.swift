import ArgumentParser
import Basics
import CommandSupport
import QEMU
import SystemPackage

/// Checks one command line of QEMU's, under each release that was named.
struct CommandMode: CheckMode {
  private let arguments: [String]
  private let hotplug: [HotplugCommand]
  private let rules: [SizingRules]
  private let answers: AnswerForm

  init(_ options: Check) throws {
    guard !options.describesMachine else {
      throw ValidationError("the command line tells sizes, slots and memory: give no option")
    }
    if let file = options.commandFile {
      guard options.paths.isEmpty else {
        throw ValidationError("--qemu-command-file takes the command line from the file alone")
      }
      arguments = try CommandArguments.read(file)
    } else {
      guard !options.paths.isEmpty else { throw ValidationError("the command line is missing: it follows '--'") }
      arguments = options.paths
    }
    guard arguments.first?.hasPrefix("-") == false else {
      throw ValidationError(
        "the command line begins with the name of its program (stored '\(arguments.first ?? "")', "
          + "expected qemu-system-x86_64 or another)")
    }
    hotplug = options.hotplugCommands
    let program = arguments.first.flatMap { FilePath($0).lastComponent?.string }
    rules = options.rules(usually: program.flatMap { Architecture(ofQEMU: $0) } ?? SizingRules.usual.architecture)
    guard !options.guestView || rules.allSatisfy({ $0.architecture == .x86_64 }) else {
      throw ValidationError("--guest-view tells of guests on x86_64 alone")
    }
    answers = AnswerForm(options)
  }

  func run() throws -> ExitStatus {
    var outcome = ExitStatus.done
    for rules in rules {
      let check = CommandCheck(arguments, rules: rules, hotplug: hotplug)
      try answers.print(check, of: self.rules.count)
      if answers.form == .guestView { try check.showGuest(isQuiet: answers.isQuiet) }
      outcome = outcome.graver(check.status)
    }
    return outcome
  }
}
