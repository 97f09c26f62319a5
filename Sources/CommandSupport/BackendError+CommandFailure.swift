package import Basics
import PersistentMemory
package import Storage
import SystemPackage

extension BackendError: CommandFailureConvertible {
  /// The failure with the exit status that all programs use for it.
  package var commandFailure: CommandFailure {
    let status: ExitStatus =
      switch reason {
      case .directory, .notABackend, .noPage, .device, .noDevice, .emptyImage, .notRaw: .unsupported
      case .exists, .link, .inUse, .usersUnseen, .severalNames, .unfinishedChange, .hasLabels, .labelsMissing: .damaged
      default: .incomplete
      }
    return CommandFailure(status, path.string, reason.description, hint: hint)
  }

  /// Returns the failure, with the name of the thing that cannot be read.
  package func commandFailure(whatCannotBeRead name: String) -> CommandFailure {
    guard case .cannotRead = reason else { return commandFailure }
    return CommandFailure(.incomplete, path.string, "\(name): \(reason)", hint: hint)
  }

  /// The finding that the condition of the DIMM, which is stored at the error's path, cannot be used.
  package var conditionFinding: Finding {
    Finding(
      ConditionRule.damaged, "\(path.lastComponent?.string ?? "") cannot be used: \(reason)", hint: hint)
  }

  private var hint: Hint? {
    let path = self.path.string
    switch reason {
    case .danglingLink, .link: return .command("readlink", "-m", path: path)
    case .cannotAskHost(let error): return error.hint
    case .noFolder: return .command("mkdir", "-p", path: path)
    case .inUse: return .command("fuser", "-v", path: path)
    case .severalNames: return .command("find", self.path.folderOrDot.string, "-xdev", "-samefile", path)
    case .noPage(0): return .command("vnvdimm-create", "--overwrite", "--size", "256M", path: path)
    case .unfinishedChange: return MigrationCommand(path: path).hint(.repair())
    case .notRaw(let format): return format.conversion(of: path)
    case .conditionDamaged:
      return .command(ShellCommand("mv", ["--no-clobber"], path: path).appending("\(path).damaged"))
    case .cannotOpen(let errno), .cannotCreate(let errno), .cannotReserve(_, let errno), .noSpace(_, let errno),
      .cannotFinish(let errno),
      .cannotRead(_, let errno), .cannotWrite(_, let errno):
      return examination(of: errno)
    default: return nil
    }
  }

  /// Returns the command that shows the cause of `errno`; `nil` if there is none.
  private func examination(of errno: Errno) -> Hint? {
    // The file itself may not exist.
    let place = path.folderOrDot.string
    return switch errno {
    case .permissionDenied: .command("namei", "-l", path: path.string)
    // The file is immutable or append-only.
    case .notPermitted: .command("lsattr", "-d", path: path.string)
    case .readOnlyFileSystem: .command("findmnt", "-T", path: place)
    case .noSpace, .diskQuotaExceeded: .command("df", "-h", path: place)
    case .ioError: .command("dmesg", "--level=err")
    default: nil
    }
  }
}
