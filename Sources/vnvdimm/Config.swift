import ArgumentParser
import Basics
import CommandSupport
import Consumers
import PersistentMemory
import QEMU
import Report

/// `vnvdimm config PATH...`: prints the configuration that gives existing backends to a machine.
struct Config: Program {
  static let programName = "vnvdimm config"

  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Print the configuration that gives existing backends to a guest.",
    usage: "vnvdimm config [<options>] <path> ...",
    discussion: """
      The paths are the NVDIMMs of one machine. Each keeps the label area found in it, and gets the DIMM slot that its \
      labels were made for. Nothing is changed. If a guest would not see what is in a backend, only the findings are \
      printed.

      EXAMPLES
        vnvdimm config nv.img
        vnvdimm config --only device nv.img >nv.xml; virsh attach-device guest nv.xml
        vnvdimm config --for firecracker root.img

      Exit status: 0 done, 1 could not complete, 2 damaged or refused, 3 only harmless irregularities, 63 not a backend, \
      64 usage.
      """)

  /// A part of the answer.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case qemu, emulate, device, domain
  }

  @Argument(help: "The backends: files, block devices, DAX devices.", completion: .file(), transform: utf8Path)
  var paths: [String]

  @Option(help: ArgumentHelp("Print only one part.", valueName: "part"))
  var only: Part?

  @OptionGroup var consumer: ConsumerOption

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The guest's RAM. (default: 1G)", valueName: "size"),
    completion: .sizes, transform: size)
  var ram: ByteCount?

  @Option(
    name: .customLong("size"), parsing: .unconditional,
    help: ArgumentHelp("The mapped size of every backend. (default: the file size)", valueName: "size"),
    completion: .sizes, transform: size)
  var mappedSize: ByteCount?

  @Option(
    name: .customLong("label-size"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("The label size: one for all, or one for each path. (default: auto)", valueName: "size"),
    completion: .labelSizes, transform: LabelSize.init(option:))
  var labelSizes: [LabelSize] = []

  @Option(
    name: .customLong("slot"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("The DIMM slot of each path in turn. (default: that of its labels)", valueName: "slot"))
  var slots: [Int] = []

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var color: ColorOption

  func run() throws {
    guard paths.count <= PathStart.pathLimit else {
      throw ValidationError("\(paths.count) paths (expected at most \(PathStart.pathLimit))")
    }
    guard slots.count <= paths.count, labelSizes.count <= paths.count else {
      throw ValidationError("--slot and --label-size are for a path each")
    }
    var start = PathStart()
    start.mappedSize = mappedSize?.bytes
    start.labelSizes = labelSizes
    start.slotNumbers = slots
    let rules = AskedRules.all(of: [], on: .x86_64)[0].rules
    let host = HostView()
    let other = try otherProgram
    if other != nil { start.labelSizes = [.none] }
    let report = MachineReport(start.start(of: paths, under: rules, on: host), under: rules, on: host)
    if let failure = report.backends.compactMap(\.failure).first { throw failure }
    let configuration = try PasteConfiguration(of: report, for: other, ram: ram?.bytes)
    guard let other else {
      let obstacle = configuration.libvirtObstacle.map { (path: paths[0], finding: $0) }
      return try answer(configuration, report.allFindings, and: obstacle)
    }
    let findings =
      MachineReport(on: paths[0], for: other, under: rules, on: host)?.allFindings
      ?? ConsumerReport(on: paths[0], for: other, on: host).backend.findings.map { (paths[0], $0) }
    try answer(configuration, findings)
  }

  /// The program of `--for`; `nil` if it is QEMU or libvirt, whose configurations are printed anyway.
  private var otherProgram: ConsumerChoice? {
    get throws {
      guard let choice = consumer.consumer else { return nil }
      switch choice.consumer.start {
      case .usual, .domain: return nil
      case .own, .qemu, .nothing: break
      }
      let name = choice.consumer.name
      guard paths.count == 1 else { throw ValidationError("--for \(name) takes one path") }
      guard only == nil, ram == nil, mappedSize == nil, labelSizes.isEmpty, slots.isEmpty else {
        throw ValidationError("--for \(name): sizes and slots are those of that program")
      }
      return choice
    }
  }

  /// Prints `configuration` unless `findings` forbid it; `obstacle` is a finding that concerns only a part of it.
  private func answer(
    _ configuration: PasteConfiguration, _ findings: [(path: String, finding: Finding)],
    and obstacle: (path: String, finding: Finding)? = nil
  ) throws {
    // The state of the host does not matter for giving the backend to a guest.
    var findings = findings.filter { HostRule(rawValue: $0.finding.rule.id) == nil }
    let status = findings.map(\.finding).status
    if let obstacle { findings.append(obstacle) }
    for (path, finding) in findings where finding.severity > .note {
      StandardStream.diagnose(finding, of: Self.programName, about: path)
    }
    let isPossible = status != .damaged
    if json {
      try StandardStream.answer(
        .object([
          ("format", .format), ("paths", JSONValue(paths) { .text($0) }), ("status", JSONValue(Int(status.rawValue))),
          ("configuration", isPossible ? configuration.json : .null),
          ("domain", isPossible && configuration.lines == nil ? JSONValue(configuration.libvirt?.wholeDomain) : .null),
          ("findings", JSONValue(findings) { $0.finding.json(about: $0.path) }),
        ]))
    } else if isPossible {
      try StandardStream.answer(try text(of: configuration))
    }
    if status != .done { throw status.exitCode }
  }

  private func text(of configuration: PasteConfiguration) throws(CommandFailure) -> String {
    if let lines = configuration.lines { return lines.joined(separator: "\n") }
    if let only {
      if only == .device || only == .domain, let obstacle = configuration.libvirtObstacle {
        throw CommandFailure(.unsupported, "--only \(only.rawValue)", obstacle.message)
      }
      return Self.text(of: only, configuration) ?? ""
    }
    return Part.allCases.map { part in
      Self.heading(of: part) + "\n"
        + (Self.text(of: part, configuration)
          ?? "not with this layout: \(configuration.libvirtObstacle?.message ?? "")")
    }.joined(separator: "\n\n")
  }

  private static func heading(of part: Part) -> String {
    switch part {
    case .qemu: "QEMU:"
    case .emulate: "vnvdimm emulate:"
    case .device: "libvirt, for an existing guest (virsh attach-device, a document for each backend):"
    case .domain: "libvirt, a whole domain:"
    }
  }

  /// Returns the text of `part`; `nil` if libvirt cannot express it.
  private static func text(of part: Part, _ configuration: PasteConfiguration) -> String? {
    switch part {
    case .qemu: PasteConfiguration.command("qemu-system-x86_64", configuration.qemu)
    case .emulate: PasteConfiguration.command("vnvdimm emulate", configuration.emulate)
    case .device: configuration.libvirt?.attachments
    case .domain: configuration.libvirt?.wholeDomain
    }
  }
}
