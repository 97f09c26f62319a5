package import ArgumentParser
package import Basics
package import LabelChange
package import Storage
import SystemPackage

/// The options for the backup of what a change of a label area overwrites.
package struct BackupOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The new file for the former label area. (default: beside the backend)", valueName: "file"),
    completion: .file(), transform: utf8Path)
  package var backup: String?

  @Flag(help: "Do not save the label area.")
  package var noBackup = false

  package init() {}

  /// Throws if the options contradict each other.
  package func check() throws {
    guard backup == nil || !noBackup else { throw ValidationError("--backup and --no-backup exclude each other") }
  }

  /// Returns the file that will hold what `change` overwrites in `backend`; `nil` if there is nothing to keep. The file
  /// is not created yet, and `examine(_:of:by:)` must come first.
  package func file(keepingBefore change: LabelAreaChange, of backend: borrowing Backend) throws -> BackendCreation? {
    guard !noBackup else { return nil }
    // A non-copyable value cannot be captured by an escaping closure; this does not escape.
    let kept = try LabelBackup(before: change) { (offset, count) throws(BackendError) in
      try backend.bytes(at: offset, count: count)
    }
    guard backup != nil || !kept.isBlank else { return nil }
    guard change.before != nil || !kept.isBlank else {
      throw CommandFailure(.usage, "--backup", "there is no label area to save")
    }
    let path = backup.map { FilePath($0) } ?? Self.freePath(beside: backend)
    return BackendCreation(
      path: path, size: UInt64(kept.size), contents: kept.contents, mode: backend.modeOfCopies)
  }

  /// Throws if `file`, which `file(keepingBefore:of:)` returned, cannot be created.
  package func examine(_ file: BackendCreation, of backend: borrowing Backend, by command: ShellCommand) throws {
    do throws(BackendError) {
      // Users do not look for a file among device nodes, and the next start of the host removes it.
      guard backup != nil || backend.kind == .regularFile else {
        throw BackendError(file.path, .cannotCreate(.notPermitted))
      }
      try file.examine()
    } catch {
      guard backup == nil else { throw error }
      let home = "~/\(Self.name(backend.path, 1).shellQuoted)"
      throw CommandFailure(
        .incomplete, backend.path.string,
        "no backup of its label area can be saved beside it (--no-backup continues without one): \(error.reason)",
        hint: .command(command.with("--backup", home, isShell: true)))
    }
  }

  /// Returns the first free name of a backup: `nv.img.labels-1.bin`.
  private static func freePath(beside backend: borrowing Backend) -> FilePath {
    let folder = backend.path.removingLastComponent()
    var number = 1
    while true {
      let path = folder.appending(name(backend.path, number))
      do throws(BackendError) { try BackendCreation(path: path, size: 0).examine() } catch {
        if case .exists = error.reason {
          number += 1
          continue
        }
      }
      return path
    }
  }

  private static func name(_ path: FilePath, _ number: Int) -> String {
    "\(path.lastComponent?.string ?? "backend").labels-\(number).bin"
  }
}
