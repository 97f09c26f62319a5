package import ArgumentParser
package import Basics
import CLinux
import Glibc
import Storage
import SystemPackage

/// An installed program: a command that reports its failures like the whole suite.
///
/// `Create.main()` parses the arguments of the process, runs, and exits with an `ExitStatus`.
package protocol Program: ParsableCommand {
  /// The name under which the program is installed; messages begin with it.
  static var programName: String { get }

  /// Returns `arguments` as the parser should read them; exits if they name no verb.
  static func prepared(_ arguments: [String]) -> [String]

  /// Returns the action for arguments that need no parser; `nil` if the parser has to read them.
  static func plain(_ arguments: [String]) -> (() throws -> ExitStatus)?

  /// Returns what is wrong with `arguments`, which the parser rejects, and what to type instead; `nil` if the parser's
  /// own message says it.
  static func correction(of arguments: [String]) -> CommandFailure?

  /// Returns the call to type instead of `arguments`, which the parser rejects; `nil` if only the parser's help
  /// applies.
  static func call(insteadOf arguments: [String]) -> Hint?
}

extension Program {
  package static var programName: String { _commandName }

  /// The words of the name; the second one is a verb.
  package static var programWords: [String] { programName.split(separator: " ").map(String.init) }

  /// The words that name a job. The default job needs none.
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
      try FailedRead.check()
      exit()
    } catch let status as ExitCode {
      do throws(BackendError) { try FailedRead.check() } catch { fail(error.commandFailure, asJSON: false) }
      // There is nothing to print. This comes first, because the runtime needs a search to find out whether an error
      // conforms to a protocol.
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

  /// Returns `arguments` with the default verb before them if they name none, so that its help is that of the program.
  private static func withUsualVerb(_ arguments: [String]) -> [String] {
    guard let usual = configuration.defaultSubcommand else { return arguments }
    let isAsIs = arguments.first.map { verbs.contains($0) || $0 == "--generate-completion-script" } ?? false
    return isAsIs ? arguments : [usual._commandName] + arguments
  }

  /// Returns the words of the program's name, followed by the verb if `arguments` begin with one.
  private static func called(by arguments: [String]) -> [String] {
    programWords + arguments.prefix(1).filter(verbs.contains)
  }

  /// Exits if the first of `arguments` must be a verb but is not, and suggests the verb that was probably meant.
  package static func checkVerb(of arguments: [String]) {
    let verbs = configuration.subcommands.map { $0._commandName }
    guard let name = arguments.first, !name.hasPrefix("-"), !verbs.contains(name), name != "help" else { return }
    refuse(verb: name, of: arguments, among: verbs)
  }

  /// Exits because `name`, the first of `arguments`, is none of `verbs`, and suggests the command that was probably
  /// meant.
  package static func refuse(verb name: String, of arguments: [String], among verbs: [String]) -> Never {
    let command =
      VerbElsewhere.command(for: arguments)
      ?? ShellCommand(words: programWords + [verbs.nearest(to: name) ?? "--help"])
    let hint = call(insteadOf: arguments) ?? .command(command)
    fail(
      CommandFailure(.usage, name.isEmpty ? "''" : name, "no such verb", hint: hint),
      asJSON: arguments.contains("--json"))
  }

  /// Reports `failure` and exits with its status.
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
  /// The first argument that the parser has mistaken for a request for help, because it begins with a dash and contains
  /// an h: a path, such as `-nvdimm.ch`, that was not checked. `nil` if help was requested.
  fileprivate var dashedPath: String? {
    let words = prefix { $0 != "--" }
    guard !words.contains(where: { ["-h", "-help"].contains($0) || $0.hasPrefix("--") && $0.hasSuffix("help") }) else {
      return nil
    }
    return words.first { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.count > 2 && $0.contains("h") }
  }
}
