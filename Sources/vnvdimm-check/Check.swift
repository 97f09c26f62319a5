import ArgumentParser
import Basics
import CommandSupport
import PersistentMemory
import QEMU

@main
struct Check: Program {
  static let configuration = CommandConfiguration(
    commandName: "vnvdimm-check",
    abstract: "Tell what QEMU will do with the backends of virtual NVDIMMs, and what is wrong with them.",
    usage: "vnvdimm-check [<options>] [<paths> ...]",
    discussion: """
      Nothing is changed. The paths are the DIMMs of one machine, plugged in their order. Exit status: 0 consistent, \
      1 could not complete, 2 damaged or refused, 3 only harmless irregularities, 63 not a backend, 64 usage.

      EXAMPLES
        vnvdimm-check nv.img
        vnvdimm-check --qemu-version 7.2 --size 258M --label-size 2M nv.img
        vnvdimm-check --guest-view nv.img
        vnvdimm-check --qemu-command -- qemu-system-x86_64 ...

      All options: vnvdimm-check --help-hidden, or man vnvdimm-check
      """, version: Suite.version)

  @Argument(help: "The backends: files, block devices, DAX devices.", completion: .file(), transform: utf8Path)
  var paths: [String] = []

  @Flag(help: "Check a command line of QEMU's, which follows '--'.")
  var qemuCommand = false

  @Option(
    name: .customLong("qemu-command-file"), parsing: .unconditional,
    help: ArgumentHelp(
      "Check the command line in a file: /proc/PID/cmdline, or words as in a shell.", visibility: .rare),
    completion: .file(), transform: utf8Path)
  var commandFile: String?

  @Flag(help: "Each path is the NVDIMM of a machine of its own.")
  var each = false

  @Option(
    help: ArgumentHelp(
      "The same for the paths in a file; - is standard input.", valueName: "file"),
    completion: .file(), transform: utf8Path)
  var pathsFrom: String?

  @Flag(
    name: [.customShort("0"), .long],
    help: ArgumentHelp("In the list of --paths-from, NUL ends a path, not a newline.", visibility: .rare))
  var null = false

  @Option(
    name: .customLong("libvirt-xml"),
    help: ArgumentHelp(
      "Check the NVDIMMs of a domain of libvirt; - is standard input.", valueName: "file"),
    completion: .file(), transform: utf8Path)
  var libvirtXML: String?

  @Flag(
    help: ArgumentHelp(
      "Run as libvirt's hook for QEMU, with its arguments and the domain on standard input; see the manual page.",
      visibility: .rare))
  var libvirtHook = false

  @Option(
    help: ArgumentHelp(
      "Run as the Ansible module vnvdimm_check, with its arguments as JSON in a file.", valueName: "file",
      visibility: .rare),
    completion: .file(), transform: utf8Path)
  var ansible: String?

  @Option(
    help: ArgumentHelp(
      "Write metrics for Prometheus to a file, which is replaced at once.", valueName: "file", visibility: .rare),
    completion: .file(), transform: utf8Path)
  var prometheus: String?

  @Option(
    name: .customLong("hotplug"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A command for QEMU's monitor once it runs: object_add ..., device_add ..., or QMP. (repeatable)",
      visibility: .rare),
    transform: hotplugCommand)
  var hotplugCommands: [HotplugCommand] = []

  @Option(
    name: .customLong("size"), parsing: .unconditional,
    help: "QEMU's size=. (default: the size of each file)", completion: .sizes, transform: size)
  var mappedSize: ByteCount?

  @Option(
    name: .customLong("label-size"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "QEMU's label-size=: auto (what is found), none, or a size; once, or for each path. (default: auto)",
      valueName: "size"), completion: .labelSizes, transform: LabelSize.init(option:))
  var labelSizes: [LabelSize] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("QEMU's align=. (default: what QEMU takes)", visibility: .rare), completion: .alignments,
    transform: size)
  var align: ByteCount?

  @Option(
    name: .customLong("slot"), parsing: .unconditionalSingleValue,
    help: "The slot, -1 for the lowest free one; once for each path. (default: -1)")
  var slotNumbers: [Int] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The guest's RAM: the size in QEMU's -m. (default: 128M)", visibility: .rare),
    completion: .sizes, transform: size)
  var ram: ByteCount?

  @Option(help: ArgumentHelp("The slots in QEMU's -m. (default: enough)", visibility: .rare))
  var slots: UInt64?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The maxmem in QEMU's -m. (default: enough)", visibility: .rare),
    completion: .sizes, transform: size)
  var maxmem: ByteCount?

  @Option(
    name: .customLong("qemu-version"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("2.6 to 10.2; may be given several times. (default: 10.2)", valueName: "release"),
    completion: .releases, transform: release)
  var releases: [QEMURelease] = []

  @Option(
    help: ArgumentHelp(
      "The guest's architecture. (default: that of the command line's program, or x86_64)", visibility: .rare),
    completion: Architecture.choices, transform: Architecture.init(choice:))
  var arch: Architecture?

  @Option(
    help: ArgumentHelp(
      "Tell what a change of every namespace to another mode takes from what is in it: raw, sector, fsdax or devdax.",
      valueName: "mode", visibility: .rare), completion: NamespaceMode.choices, transform: NamespaceMode.init(choice:))
  var toMode: NamespaceMode?

  @Flag(help: "Print JSON, one document for each path (and release).")
  var json = false

  @Flag(help: "Print what 'ndctl list -DRNvi' will print in the guest.")
  var guestView = false

  @Flag(name: .shortAndLong, help: "Print nothing but failures, and JSON.")
  var quiet = false

  func run() throws { throw try mode().run().exitCode }

  static func correction(of arguments: [String]) -> String? {
    guard let flag = arguments.firstIndex(of: "--qemu-command"), !arguments.contains("--") else { return nil }
    let program = arguments[(flag + 1)...].first.flatMap { $0.hasPrefix("-") ? nil : $0 } ?? "qemu-system-x86_64"
    return "\(programName) --qemu-command -- \(program.shellQuoted) ..."
  }
}

/// Reads the value of `--hotplug`.
private func hotplugCommand(_ text: String) throws -> HotplugCommand {
  guard let command = HotplugCommand(text) else {
    throw ValidationError("'\(text)' is no command that is described (expected object_add, device_add, ..., or QMP)")
  }
  return command
}
