import Basics
import CommandSupport
import QEMU
import Storage
import SystemPackage
import VirtualMachine

// What goes wrong in the modules below, as messages with an exit status.

extension QEMUStop {
  var commandFailure: CommandFailure {
    let (complaint, location) = complaint
    return CommandFailure(
      complaint.status, location.subject, complaint.description, hint: complaint.hint(at: location))
  }
}

extension QEMULocation {
  /// The option, as it was given.
  var subject: String? {
    switch self {
    case .nowhere: nil
    case .arguments(let arguments): arguments.joined(separator: " ")
    case .file(let path, let line): "\(path):\(line)"
    }
  }
}

extension QEMUComplaint {
  /// A file that does not fit its option is unsafe to use; other contradictions are the command line's.
  fileprivate var status: ExitStatus {
    switch self {
    case .strict(.sizeMismatch), .strict(.fileInUse), .start(.backendTooShort), .start(.backendTooShortFor): .damaged
    case .start(.cannotOpen), .start(.cannotMap), .start(.tooFewHugePages): .incomplete
    default: .usage
    }
  }

  /// What to type.
  fileprivate func hint(at location: QEMULocation) -> String? {
    switch self {
    case .strict(let refusal): refusal.text.hint ?? Self.help
    case .start(let refusal): refusal.hint ?? Self.help
    case .invalidOption:
      MachineConfiguration.option(nearestTo: location.subject ?? "") ?? Self.help
    case .invalidParameter(let key), .unexpectedParameter(let key), .propertyNotFound(_, let key):
      DialectKeys.nearest(to: key) ?? Self.help
    case .notEnabled: "-machine pc,nvdimm=on"
    default: remedy ?? Self.help
    }
  }

  private static let help = "vnvdimm emulate --help"
}

extension StartRefusal {
  fileprivate var hint: String? {
    switch self {
    case .backendTooShort(let length, _), .backendTooShortFor(_, let length, _, _):
      "size=\(ByteCount(length).argument), or vnvdimm check on the file"
    case .notMappedInUnits(let unit): "align=\(ByteCount(unit).argument), and a size that is a multiple of it"
    case .noRoomForRegion: "a smaller label-size, or a larger backend"
    case .alignmentNotPageMultiple, .alignmentNotPowerOfTwo: "align=SIZE, a power of two from 4K on"
    case .memory(.invalidSlot), .memory(.slotBusy): "leave slot out: each NVDIMM takes the next that is free"
    case .memory(.noSlots), .memory(.noFreeSlot): "-m SIZE,slots=N,maxmem=SIZE with a slot for every device"
    case .memory(.notEnoughSpace): "-m SIZE,slots=N,maxmem=SIZE with room for RAM and every device"
    case .cannotOpen(let path, _): "namei -l \(path.shellQuotedPath)"
    default: nil
    }
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
  /// With what makes the backend that is missing.
  fileprivate var missingBackend: CommandFailure {
    CommandFailure(
      .incomplete, path.string, "\(reason)",
      hint: "vnvdimm create --size SIZE \(path.string.shellQuotedPath) (or size=SIZE, with which it is made)")
  }
}

extension GuestHardware.Failure {
  fileprivate var hint: String? { if case .noMemory = self { "a smaller -m" } else { nil } }
}
