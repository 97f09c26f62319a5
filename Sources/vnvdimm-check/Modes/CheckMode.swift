import ArgumentParser
import Basics
import CommandSupport
import QEMU

/// One way to call the program, as it was understood: it checks, tells what it found, and answers with the gravest
/// status.
protocol CheckMode {
  func run() throws -> ExitStatus
}

extension Check {
  /// The way in which the program was called; usage that is not one of its ways is an error.
  func mode() throws -> any CheckMode {
    if let ansible { return AnsibleMode(argumentsAt: ansible) }
    try checkOptions()
    if checksCommand { return try CommandMode(self) }
    if libvirtHook { return try HookMode(self) }
    if let libvirtXML { return try DomainMode(self, domainAt: libvirtXML) }
    return isFleet ? try FleetMode(self) : try MachineMode(self)
  }

  /// The call of `arguments` that are paths and the commonest flags; nil where the parser is to read them.
  ///
  /// The parser finds its options by reflection, which takes longer than a check: a script that checks each backend
  /// by itself is spared that. What is not said here has the values that the modes themselves give it.
  static func plain(_ arguments: [String]) -> (() throws -> ExitStatus)? {
    let paths = arguments.filter { !$0.hasPrefix("-") }
    let flags = Set(arguments.filter { $0.hasPrefix("-") })
    guard !paths.isEmpty, flags.isSubset(of: ["--json", "--quiet", "-q", "--each"]),
      // What was no UTF-8.
      !paths.contains(where: { $0.contains("\u{FFFD}") })
    else { return nil }
    let answers = AnswerForm(
      flags.contains("--json") ? .json : .text, isQuiet: flags.contains("--quiet") || flags.contains("-q"))
    guard flags.contains("--each") else { return { try MachineMode(paths, answers).run() } }
    return { try FleetMode(paths, answers).run() }
  }

  /// Whether a command line is checked, not paths.
  private var checksCommand: Bool { qemuCommand || commandFile != nil }
  private var checksDomain: Bool { libvirtHook || libvirtXML != nil }
  /// Whether each path is the only NVDIMM of a machine of its own.
  private var isFleet: Bool { each || pathsFrom != nil }

  /// Each release that was named, on the architecture.
  var rules: [SizingRules] { rules(usually: SizingRules.usual.architecture) }

  /// The same, on `architecture` where none was named.
  func rules(usually architecture: Architecture) -> [SizingRules] {
    (releases.isEmpty ? [SizingRules.usual.release] : releases).map { SizingRules($0, arch ?? architecture) }
  }

  /// Whether anything was said about the machine of paths.
  var describesMachine: Bool {
    mappedSize != nil || !labelSizes.isEmpty || align != nil || !slotNumbers.isEmpty || ram != nil || slots != nil
      || maxmem != nil || toMode != nil
  }

  /// Options that belong to one mode, and were given with another.
  ///
  /// Not `validate`, which comes before an option that does not exist is told.
  private func checkOptions() throws {
    guard checksCommand || hotplugCommands.isEmpty else {
      throw ValidationError("--hotplug goes with --qemu-command or --qemu-command-file")
    }
    guard !null || pathsFrom != nil else { throw ValidationError("--null is about the list of --paths-from") }
    let isForItself = checksCommand ? "a command line" : checksDomain ? "a domain" : nil
    if let isForItself {
      guard !isFleet, prometheus == nil else {
        throw ValidationError("\(isForItself) is checked for itself: not with --each, --paths-from or --prometheus")
      }
    }
    if !checksCommand, let program = paths.first, program.isQEMU, paths.dropFirst().contains(where: \.isOption) {
      throw CommandFailure(
        .usage, program, "a command line of QEMU's is no list of backends",
        hint: "\(Self.programName) --qemu-command -- \(program.shellQuoted) ...")
    }
    guard !checksCommand || !checksDomain else {
      throw ValidationError("a command line and a domain are checked one at a time")
    }
    guard guestView else { return }
    guard !isFleet else { throw ValidationError("--guest-view shows one guest: not with --each or --paths-from") }
    guard releases.count <= 1 else {
      throw ValidationError("--guest-view takes one --qemu-version: there is one guest")
    }
    guard arch ?? .x86_64 == .x86_64 else { throw ValidationError("--guest-view tells of guests on x86_64 alone") }
  }
}

extension String {
  /// Whether a program of this name is a QEMU.
  fileprivate var isQEMU: Bool {
    let name = split(separator: "/").last ?? ""
    return name.hasPrefix("qemu-system-") || name == "qemu-kvm"
  }

  fileprivate var isOption: Bool { hasPrefix("-") }
}

extension SizingRules {
  /// Those that hold where nothing is said.
  static let usual = SizingRules(.newest)
}
