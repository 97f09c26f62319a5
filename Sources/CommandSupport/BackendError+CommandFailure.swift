package import Basics
import PersistentMemory
package import Storage
import SystemPackage

extension BackendError: CommandFailureConvertible {
  /// The failure with the status that all programs give it.
  package var commandFailure: CommandFailure {
    let status: ExitStatus =
      switch reason {
      case .directory, .notABackend, .noPage, .device, .emptyImage, .notRaw: .unsupported
      case .exists, .link, .inUse, .usersUnseen, .severalNames, .unfinishedChange, .hasLabels, .labelsMissing: .damaged
      default: .incomplete
      }
    return CommandFailure(status, path.string, reason.description, hint: hint)
  }

  /// The same, saying what it is that cannot be read.
  package func commandFailure(whatCannotBeRead name: String) -> CommandFailure {
    guard case .cannotRead = reason else { return commandFailure }
    return CommandFailure(.incomplete, path.string, "\(name): \(reason)", hint: hint)
  }

  /// The finding that the condition of the DIMM, which is kept at its path, cannot be used.
  package var conditionFinding: Finding {
    Finding(
      ConditionRule.damaged, "\(path.lastComponent?.string ?? "") cannot be used: \(reason)", hint: hint)
  }

  private var hint: String? {
    let path = self.path.string.shellQuotedPath
    let command = MigrationCommand(path: self.path.string)
    switch reason {
    case .danglingLink, .link: return "readlink -m \(path)"
    case .cannotAskHost(let error): return error.hint
    case .noFolder: return "mkdir -p \(path)"
    case .exists: return "another name, or remove \(path) first"
    case .cannotReserve(_, .notSupportedOnSocket): return "--preallocate full"
    case .inUse: return "fuser -v \(path)"
    case .severalNames: return "find \(self.path.folderOrDot.string.shellQuotedPath) -xdev -samefile \(path)"
    case .unfinishedChange: return command.line(.repair())
    case .notRaw(let format): return format.conversion(of: self.path.string)
    case .hasLabels:
      return "cp --reflink=auto \(path) NEW, a clone with its labels; \(command.line(.split)) parts them"
    case .noPage: return "vnvdimm-create --overwrite --size SIZE \(path)"
    case .conditionDamaged:
      return "mv --no-clobber \(path) \((self.path.string + ".damaged").shellQuotedPath)"
    case .cannotOpen(let errno), .cannotCreate(let errno), .cannotReserve(_, let errno), .noSpace(_, let errno),
      .cannotFinish(let errno),
      .cannotRead(_, let errno), .cannotWrite(_, let errno):
      return examination(of: errno)
    default: return nil
    }
  }

  /// The command that shows what stands behind `errno`; nil where none does.
  private func examination(of errno: Errno) -> String? {
    // The file itself may not be there.
    let place = path.folderOrDot.string.shellQuotedPath
    return switch errno {
    case .permissionDenied: "namei -l \(path.string.shellQuotedPath)"
    // Of a file that cannot be changed, or only be added to.
    case .notPermitted: "lsattr -d \(path.string.shellQuotedPath)"
    case .readOnlyFileSystem: "findmnt -T \(place)"
    case .noSpace, .diskQuotaExceeded: "df -h \(place)"
    case .ioError: "dmesg --level=err"
    default: nil
    }
  }
}
