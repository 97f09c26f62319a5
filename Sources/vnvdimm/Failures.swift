import Basics
import CommandSupport
import QEMU
import Storage
import SystemPackage
import VirtualMachine

// What goes wrong in the modules below, as messages with an exit status.

extension ConfigurationError {
  var commandFailure: CommandFailure {
    let backend = fact == .unexpectedArgument ? "vnvdimm emulate --nvdimm \(argument.shellQuotedPath)" : nil
    return CommandFailure(.usage, argument, fact.description, hint: backend ?? fact.nearest ?? "vnvdimm emulate --help")
  }
}

extension KVMError {
  var commandFailure: CommandFailure { CommandFailure(.incomplete, path, description, hint: hint) }
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
          + "expected \(UInt64.bitWidth - (end - 1).leadingZeroBitCount))", hint: "a smaller maxmem or addr")
    case .host(let error): CommandFailure(.incomplete, nil, "cannot run the machine: \(error)")
    case .hardware(let failure): CommandFailure(.incomplete, "-m", "\(AssemblyError.Fact.hardware(failure))")
    }
  }
}

extension MachineAssembly.Failure {
  var commandFailure: CommandFailure {
    switch self {
    case .backend(let error): error.reason == .missing ? error.missingBackend : error.commandFailure
    case .assembly(let error): CommandFailure(error.fact.status, error.subject, "\(error.fact)", hint: error.fact.hint)
    }
  }
}

extension BackendError {
  /// With what makes the backend that is missing.
  fileprivate var missingBackend: CommandFailure {
    CommandFailure(
      .incomplete, path.string, "\(reason)",
      hint: "vnvdimm create --size SIZE \(path.string.shellQuotedPath) (or size=SIZE, with which it is made)")
  }
}

extension AssemblyError.Fact {
  /// A file that does not fit its option is unsafe to use; other contradictions are the command line's.
  fileprivate var status: ExitStatus {
    switch self {
    case .sizeMismatch, .deviceTooSmall, .fileInUse: .damaged
    case .cannotMap, .cannotOpen, .hardware: .incomplete
    default: .usage
    }
  }
}
