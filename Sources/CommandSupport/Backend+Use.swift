import ArgumentParser
import Basics
package import Storage
package import SystemPackage

/// The permit to change or replace a backend if it cannot be determined whether it is in use.
package struct UsePermit: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Continue if the kernel does not show whether another user has the backend open.", visibility: .rare))
  package var allowUnseenUsers = false

  package init() {}

  /// Returns the failure for `error` about a backend that `program` was to change, with the option that allows the
  /// change.
  package func failure(_ error: BackendError, of program: String) -> CommandFailure {
    guard error.reason == .usersUnseen else { return error.commandFailure }
    return CommandFailure(
      .damaged, error.path.string, "\(error.reason) (--allow-unseen-users continues anyway)",
      hint: .command(ShellCommand.typed(program).byRoot))
  }
}

extension Backend {
  /// Opens the backend at `path` so that `program` can change it while no other process uses it.
  package static func unused(
    _ path: FilePath, _ permit: UsePermit, for program: String
  ) throws(CommandFailure) -> Backend {
    do throws(BackendError) { return try unused(path, allowsUnseenUsers: permit.allowUnseenUsers) } catch {
      throw permit.failure(error, of: program)
    }
  }

  /// Throws if another process has the backend open or mapped. Prints a message if this could not be determined
  /// completely.
  package func checkUnused(for program: String) throws(BackendError) {
    guard try !checkUnused() else { return }
    StandardStream.diagnose("\(program): \(path.string.asSubject): warning: \(HostState.unseenUsers)")
  }
}

extension StagedBackend {
  /// Reports files that killed runs have left in the folder.
  package func tellLeftovers(for program: String) {
    for name in leftovers {
      let path = folder.appending(name).string
      StandardStream.diagnose("\(program): \(path.asSubject): removed: left behind by a run that was killed")
    }
  }
}

extension BackendCreation {
  /// Creates the file and gives it its name.
  package func make(for program: String) throws(BackendError) {
    let staged = try prepare()
    staged.tellLeftovers(for: program)
    try staged.publish()
  }
}
