package import ArgumentParser
package import Basics
import CLinux
import Glibc
import SystemPackage

/// An installed program: a command that reports its failures as the whole suite does.
///
/// `Create.main()` parses the arguments of the process, runs, and leaves with an `ExitStatus`.
package protocol Program: ParsableCommand {
  /// The name under which the program is installed; messages begin with it.
  static var programName: String { get }

  /// `arguments` as the parser is to read them; ends the program where they name no verb.
  static func prepared(_ arguments: [String]) -> [String]

  /// What to run for arguments that need no parser; nil where it is to read them.
  static func plain(_ arguments: [String]) -> (() throws -> ExitStatus)?

  /// What is wrong with `arguments`, which the parser does not take, and what to type instead; nil where the parser's
  /// own words say it.
  static func correction(of arguments: [String]) -> CommandFailure?

  /// What to type instead of `arguments`, which the parser does not take; nil where only its help can say so.
  static func call(insteadOf arguments: [String]) -> Hint?
}

extension Program {
  package static var programName: String { _commandName }

  /// The name, word by word: the second is a verb.
  package static var programWords: [String] { programName.split(separator: " ").map(String.init) }

  /// The words that say what is to be done. The usual job needs none.
  package static var verbs: [String] {
    configuration.subcommands.filter { $0 != configuration.defaultSubcommand }.map { $0._commandName }
  }

  package static func prepared(_ arguments: [String]) -> [String] { arguments }

  package static func plain(_ arguments: [String]) -> (() throws -> ExitStatus)? { nil }

  package static func correction(of arguments: [String]) -> CommandFailure? { nil }

  package static func call(insteadOf arguments: [String]) -> Hint? { nil }

  package static func main() { main(ProcessArguments.all) }

  /// Runs the program on `arguments`; does not return.
  package static func main(_ arguments: [String]) {
    clinux_leave_crashes_to_kernel()
    StandardStream.occupyClosed()
    let arguments = prepared(arguments)
    let asJSON = arguments.contains("--json")
    do {
      if let plain = plain(arguments) { throw try plain().exitCode }
      var command = try parseAsRoot(withUsualVerb(arguments))
      try command.run()
      exit()
    } catch let status as ExitCode {
      // Nothing is to be said. It comes first: whether an error is of a protocol, the runtime finds out by a search.
      Glibc.exit(status.rawValue)
    } catch let error as any CommandFailureConvertible {
      fail(error.commandFailure, asJSON: asJSON)
    } catch let error as Errno {
      fail(CommandFailure(.incomplete, nil, error.description), asJSON: asJSON)
    } catch  where exitCode(for: error) == .success {
      if let path = arguments.dashedPath {
        let failure = CommandFailure(
          .usage, nil, "Unknown option '\(path)'", hint: .command(ShellCommand(words: programWords, path: path)))
        fail(failure, asJSON: asJSON)
      }
      exit(withError: error)
    } catch {
      let hint = call(insteadOf: arguments) ?? .command(ShellCommand(words: called(by: arguments) + ["--help"]))
      let fact = message(for: error).replacing(":\n  - ", with: ": ").replacing("\n  - ", with: ", ")
      let usage = CommandFailure(.usage, nil, fact, hint: hint)
      fail(correction(of: arguments) ?? usage, asJSON: asJSON)
    }
  }

  /// `arguments` behind the verb that is meant where they name none, so that its help is that of the program.
  private static func withUsualVerb(_ arguments: [String]) -> [String] {
    guard let usual = configuration.defaultSubcommand else { return arguments }
    let isAsIs = arguments.first.map { verbs.contains($0) || $0 == "--generate-completion-script" } ?? false
    return isAsIs ? arguments : [usual._commandName] + arguments
  }

  /// The program, with its verb where `arguments` begin with one.
  private static func called(by arguments: [String]) -> [String] {
    let verbs = verbs
    return programWords + [arguments.first { verbs.contains($0) }].compactMap(\.self)
  }

  /// Ends the program where the first of `arguments` is to be a verb and is none, with the verb that was probably meant.
  package static func checkVerb(of arguments: [String]) {
    let verbs = configuration.subcommands.map { $0._commandName }
    guard let name = arguments.first, !name.hasPrefix("-"), !verbs.contains(name), name != "help" else { return }
    let meant = verbs.nearest(to: name) ?? "--help"
    let hint = call(insteadOf: arguments) ?? .command(ShellCommand(words: programWords + [meant]))
    fail(
      CommandFailure(.usage, name.isEmpty ? "''" : name, "no such verb", hint: hint),
      asJSON: arguments.contains("--json"))
  }

  /// Reports `failure` and ends the program with its status.
  package static func fail(_ failure: CommandFailure, asJSON: Bool) -> Never {
    report(failure, asJSON: asJSON)
    exit(withError: failure.status.exitCode)
  }

  private static func report(_ failure: CommandFailure, asJSON: Bool) {
    StandardStream.diagnose(failure, of: programName)
    if asJSON { try? StandardStream.answer(failure.document(of: programName)) }
  }
}

extension [String] {
  /// The first argument that the parser has taken for a call for help because it begins with a dash and has an h in it:
  /// a path, such as `-nvdimm.ch`, that was not checked. Nil where help was asked for.
  fileprivate var dashedPath: String? {
    let words = prefix { $0 != "--" }
    guard !words.contains(where: { ["-h", "-help"].contains($0) || $0.hasPrefix("--") && $0.hasSuffix("help") }) else {
      return nil
    }
    return words.first { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.count > 2 && $0.contains("h") }
  }
}
