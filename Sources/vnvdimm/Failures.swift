import Basics
import CommandSupport
import Glibc
import QEMU
import Storage
import SystemPackage
import VirtualMachine

// Errors of the lower modules as messages with an exit status.

extension QEMUStop {
  var commandFailure: CommandFailure {
    let (complaint, location) = complaint
    return CommandFailure(
      complaint.status, location.subject, complaint.description, hint: complaint.hint(at: location))
  }
}

extension QEMULocation {
  /// The option as given.
  var subject: String? {
    switch self {
    case .nowhere: nil
    case .arguments(let arguments): arguments.joined(separator: " ")
    case .file(let path, let line): "\(path):\(line)"
    }
  }
}

extension QEMUComplaint {
  /// The exit status. A file that does not fit its option is unsafe to use; other contradictions are usage errors.
  fileprivate var status: ExitStatus {
    switch self {
    case .strict(.sizeMismatch), .strict(.fileInUse), .start(.backendTooShort), .start(.backendTooShortFor): .damaged
    case .start(.cannotOpen), .start(.cannotMap), .start(.tooFewHugePages): .incomplete
    default: .usage
    }
  }

  /// Returns the remedy.
  fileprivate func hint(at location: QEMULocation) -> Hint? {
    switch self {
    case .strict(let refusal): refusal.text.hint ?? Self.help
    case .start(let refusal): refusal.hint ?? Self.help
    case .invalidOption:
      MachineConfiguration.option(nearestTo: location.subject ?? "").map { .options($0) } ?? Self.help
    case .invalidParameter(let key), .unexpectedParameter(let key), .propertyNotFound(_, let key):
      DialectKeys.nearest(to: key).map { .options($0) } ?? Self.help
    case .notEnabled: .options("-machine pc,nvdimm=on")
    default: remedy ?? Self.help
    }
  }

  private static let help = Hint.command("vnvdimm", "emulate", "--help")
}

extension StartRefusal {
  fileprivate var hint: Hint? {
    switch self {
    case .backendTooShort(let length, _), .backendTooShortFor(_, let length, _, _):
      .options("size=\(ByteCount(length).argument)")
    case .notMappedInUnits(let unit): .options("align=\(ByteCount(unit).argument)")
    case .alignmentNotPageMultiple, .alignmentNotPowerOfTwo: .options("no align=")
    case .memory(.invalidSlot), .memory(.slotBusy): .options("no slot=")
    case .cannotOpen(let path, _): .command("namei", "-l", path: path)
    default: nil
    }
  }
}

extension MachineConfiguration {
  /// The status of timeout(1), which a script is unlikely to use.
  private static let timeoutStatus: Int32 = 124

  /// Reports that the guest did not end in time, and exits.
  func leaveAfterTimeout() -> Never {
    let seconds = timeout ?? 0
    StandardStream.diagnose(
      "\r\(Emulate.programName): guest: did not end in time (expected: within \(seconds) seconds)\r")
    exit(Self.timeoutStatus)
  }
}

extension KVMError {
  var commandFailure: CommandFailure {
    let hint: Hint? =
      switch self {
      case .unusable, .version: .otherEngine("qemu")
      case .absent, .notPermitted, .call, .unexpectedExit: hint
      }
    return CommandFailure(.incomplete, path, description, hint: hint)
  }
}

extension Hint {
  /// Returns the same call with another engine.
  static func otherEngine(_ name: String) -> Hint { .command(.typed(Emulate.programName).with("--engine", name)) }
}

extension BootError {
  var commandFailure: CommandFailure {
    CommandFailure(isUnsupported ? .unsupported : .incomplete, subject, description, hint: hint)
  }

  private var isUnsupported: Bool {
    switch self {
    case .notAFile, .notAKernel, .protocolTooOld, .not64Bit, .truncated, .emptyRamdisk: true
    default: false
    }
  }
}

extension Machine.Failure {
  var commandFailure: CommandFailure {
    switch self {
    case .kvm(let error): error.commandFailure
    case .boot(let error): error.commandFailure
    case .tooFewAddressBits(let bits, let end):
      CommandFailure(
        .unsupported, "-m",
        "guests of this host have too few physical address bits (stored \(bits), "
          + "expected \(UInt64.bitWidth - (end - 1).leadingZeroBitCount))")
    case .host(let error): CommandFailure(.incomplete, nil, "cannot run the machine: \(error)")
    case .hardware(let failure): CommandFailure(.incomplete, "-m", "\(failure)", hint: failure.hint)
    }
  }
}

extension MachineAssembly.Failure {
  var commandFailure: CommandFailure {
    switch self {
    case .backend(let error): error.reason == .missing ? error.missingBackend : error.commandFailure
    case .stop(let stop): stop.commandFailure
    case .hardware(let failure), .machine(.hardware(let failure)):
      CommandFailure(.incomplete, "-m", "\(failure)", hint: failure.hint)
    case .machine(let failure): failure.commandFailure
    }
  }
}

extension BackendError {
  /// The failure with the command that creates the missing backend.
  fileprivate var missingBackend: CommandFailure {
    CommandFailure(
      .incomplete, path.string, "\(reason), and no size= gives its length",
      hint: path.string.hasPrefix("/dev/") ? nil : .command("vnvdimm-create", "--size", "256M", path: path.string))
  }
}

extension GuestHardware.Failure {
  fileprivate var hint: Hint? { if case .noMemory = self { .options("-m 128M") } else { nil } }
}
