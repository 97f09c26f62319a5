import ArgumentParser
import Basics
import CommandSupport
import Consumers
import FoundationEssentials
import Libvirt
import PersistentMemory
import QEMU
import Report

/// `vnvdimm-check fleet PATH...`: any number of backends and domains, each separately.
struct Fleet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet", abstract: "Check any number of backends and domains independently.",
    usage: "vnvdimm-check fleet [<options>] [--paths-from <file>] [<paths> ...]",
    discussion: """
      Each backend is the only NVDIMM of its own machine. A file that begins like a libvirt domain is checked as one.

      EXAMPLES
        vnvdimm-check fleet --json /srv/*.img
        find /srv -name '*.img' -print0 | vnvdimm-check fleet -0 --paths-from -
      """)

  @Argument(help: "Backends and libvirt domains.", completion: .file(), transform: utf8Path)
  var paths: [String] = []

  @Option(
    help: ArgumentHelp("Also check the paths in a file; - is standard input.", valueName: "file"),
    completion: .file(), transform: utf8Path)
  var pathsFrom: String?

  @Flag(name: [.customShort("0"), .long], help: "Paths in the list of --paths-from end with NUL, not newline.")
  var null = false

  @OptionGroup var consumer: ConsumerOption
  @OptionGroup var dimms: DIMMOptions
  @OptionGroup var releases: ReleaseOptions
  @OptionGroup var libvirt: LibvirtReleaseOption
  @OptionGroup var guestKernel: GuestKernelOption
  @OptionGroup var architecture: ArchitectureOption
  @OptionGroup var permits: PermitOptions
  @OptionGroup var metrics: MetricsOption
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    guard !paths.isEmpty || pathsFrom != nil else { throw ValidationError("Missing expected argument '<paths> ...'") }
    var mode = try FleetMode(
      paths, PathStart(dimms, releases), releases.releases, on: architecture.arch ?? .x86_64, AnswerForm(answer))
    mode.linux = guestKernel.linux
    mode.listPath = pathsFrom
    mode.separator = null ? .null : .newline
    mode.permits = permits.permits
    mode.metricsPath = metrics.prometheus
    mode.libvirt = libvirt.libvirtVersion
    mode.consumer = try consumer.consumer(beside: dimms, releases)
    throw try mode.run().exitCode
  }
}

/// Checks any number of paths, each as the only NVDIMM of a separate machine.
struct FleetMode {
  private let paths: [String]
  private let machine: PathStart
  private let releases: [QEMURelease]
  private let architecture: Architecture
  private let answers: AnswerForm
  /// The path of a file with more paths.
  var listPath: String?
  var separator = PathList.Separator.newline
  var permits = Permits()
  var metricsPath: String?
  /// The release of libvirt for the domains, if it is named.
  var libvirt: LibvirtRelease?
  /// The release of the guests' kernel, if it is named.
  var linux: LinuxRelease?
  var consumer: ConsumerChoice?

  /// `releases` are those that are named.
  init(
    _ paths: [String], _ machine: PathStart, _ releases: [QEMURelease], on architecture: Architecture = .x86_64,
    _ answers: AnswerForm
  ) throws {
    guard machine.slotNumbers.count <= 1 else { throw ValidationError("one --slot holds for every path of a fleet") }
    guard machine.labelSizes.count <= 1 else {
      throw ValidationError("one --label-size holds for every path of a fleet")
    }
    self.paths = paths
    self.machine = machine
    self.releases = releases
    self.architecture = architecture
    self.answers = answers
  }

  func run() throws -> ExitStatus {
    let list = try listPath.map { (path) throws(CommandFailure) in try PathList(at: path, separator: separator) }
    var fleet = FleetCheck(
      FleetOptions(
        machine: machine, releases: releases, rules: AskedRules.all(of: releases, on: architecture, linux: linux),
        libvirt: AskedLibvirt(libvirt), linux: linux, permits: permits,
        consumer: consumer, answers: answers,
        collectsMetrics: metricsPath != nil))
    try fleet.run(paths, list)
    guard fleet.tally.count > 0 else {
      throw CommandFailure(.incomplete, listPath, "names no path: nothing was checked")
    }
    if answers.form == .text, !answers.isQuiet { try StandardStream.answer(fleet.tally.text) }
    if let metricsPath { try MetricsFile(fleet.metrics, checkedAt: .now).write(to: metricsPath) }
    return fleet.tally.status
  }
}
