import ArgumentParser
import CommandSupport
import GuestConfiguration
import VNVDIMMCore

@main
struct Check: Program {
  static let configuration = CommandConfiguration(
    commandName: "vnvdimm-check",
    abstract: "Tell what QEMU will do with the backends of virtual NVDIMMs, and what is wrong with them.",
    discussion: """
      Nothing is changed. The paths are the DIMMs of one machine, plugged in their order; with --each or \
      --paths-from each is that of a machine of its own. Sizes take K, M, G, T and P (powers of 1024). Exit status: \
      0 consistent, 1 could not complete, 2 damaged or refused, 3 only harmless irregularities, 63 not a backend, \
      64 usage.

      EXAMPLES
        vnvdimm-check nv.img
        vnvdimm-check --qemu-version 7.2 --size 258M --label-size 2M nv.img
        vnvdimm-check --guest-view nv.img
      """, version: Suite.version)

  @Argument(help: "The backends: files, block devices, DAX devices.", completion: .file(), transform: utf8Path)
  var paths: [String] = []

  @Flag(help: "Check a command line of QEMU's, which follows '--'.")
  var qemuCommand = false

  @Option(
    name: .customLong("qemu-command-file"), parsing: .unconditional,
    help: "Check the command line in a file: /proc/PID/cmdline, or words as in a shell.", completion: .file(),
    transform: utf8Path)
  var commandFile: String?

  @Flag(help: "Check each path as the only NVDIMM of a machine of its own, all processors at once.")
  var each = false

  @Option(
    help: ArgumentHelp(
      "Check the paths in a file, one on each line, as with --each; - is standard input.", valueName: "file"),
    completion: .file(), transform: utf8Path)
  var pathsFrom: String?

  @Flag(name: [.customShort("0"), .long], help: "In the list of --paths-from, NUL ends a path, not a newline.")
  var null = false

  @Option(
    name: .customLong("libvirt-xml"),
    help: ArgumentHelp(
      "Check the NVDIMMs of a domain of libvirt, as libvirt gives them to QEMU; - is standard input.",
      valueName: "file"),
    completion: .file(), transform: utf8Path)
  var libvirtXML: String?

  @Flag(
    help: "Run as libvirt's hook for QEMU, with its arguments and the domain on standard input; see the manual page.")
  var libvirtHook = false

  @Option(
    help: ArgumentHelp(
      "Run as the Ansible module vnvdimm_check, with its arguments as JSON in a file.", valueName: "file"),
    completion: .file(), transform: utf8Path)
  var ansible: String?

  @Option(
    help: ArgumentHelp("Write metrics for Prometheus to a file, which is replaced at once.", valueName: "file"),
    completion: .file(), transform: utf8Path)
  var prometheus: String?

  @Option(
    name: .customLong("hotplug"), parsing: .unconditionalSingleValue,
    help: "A command for QEMU's monitor once it runs: object_add ..., device_add ..., or QMP. (repeatable)",
    transform: hotplugCommand)
  var hotplugCommands: [HotplugCommand] = []

  @Option(
    name: .customLong("size"), parsing: .unconditional,
    help: "QEMU's size=. (default: the size of each file)", completion: .sizes, transform: size)
  var mappedSize: ByteCount?

  @Option(
    name: .customLong("label-size"), parsing: .unconditionalSingleValue,
    help: """
      QEMU's label-size=: auto (what is found), none, or a size; once for all paths, or once for each in turn. \
      (default: auto)
      """, completion: .labelSizes, transform: LabelSize.init(option:))
  var labelSizes: [LabelSize] = []

  @Option(
    parsing: .unconditional, help: "QEMU's align=. (default: what QEMU takes)", completion: .alignments,
    transform: size)
  var align: ByteCount?

  @Option(
    name: .customLong("slot"), parsing: .unconditionalSingleValue,
    help: "The slot of a path, -1 for the lowest free one; give it once for each path in turn. (default: -1)")
  var slotNumbers: [Int] = []

  @Option(
    parsing: .unconditional, help: "The guest's RAM: the size in QEMU's -m. (default: 128M)", completion: .sizes,
    transform: size)
  var ram: ByteCount?

  @Option(help: "The slots in QEMU's -m. (default: enough)")
  var slots: UInt64?

  @Option(
    parsing: .unconditional, help: "The maxmem in QEMU's -m. (default: enough)", completion: .sizes, transform: size)
  var maxmem: ByteCount?

  @Option(
    name: .customLong("qemu-version"), parsing: .unconditionalSingleValue,
    help: "A release of QEMU, 2.6 to 10.2; may be given several times. (default: 10.2)", completion: .releases,
    transform: release)
  var releases: [QEMURelease] = []

  @Option(help: "The guest's architecture.")
  var arch = SizingRules.usual.architecture

  @Option(
    help: ArgumentHelp(
      "Tell what a change of every namespace to another mode takes from what is in it: raw, sector, fsdax or devdax.",
      valueName: "mode"))
  var toMode: NamespaceMode?

  @Flag(help: "Print JSON, one document for each path (and release).")
  var json = false

  @Flag(help: "Print what 'ndctl list -DRNvi' will print in the guest; findings go to standard error.")
  var guestView = false

  @Flag(name: .shortAndLong, help: "Print nothing but failures (and JSON, where asked for).")
  var quiet = false

  func run() throws { throw try mode().run().exitCode }
}

/// Reads the value of `--hotplug`.
private func hotplugCommand(_ text: String) throws -> HotplugCommand {
  guard let command = HotplugCommand(text) else {
    throw ValidationError("'\(text)' is no command that is described (expected object_add, device_add, ..., or QMP)")
  }
  return command
}
