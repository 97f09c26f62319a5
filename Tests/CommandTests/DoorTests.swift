import Foundation
import LabelChange
import TestSupport
import Testing

/// A machine with the NVDIMM `nv.img`, described to vnvdimm-check in one of three ways: by path, as a QEMU command
/// line, or as a libvirt domain. All sizes are in bytes.
struct DoorMachine: CustomStringConvertible {
  var release = "7.2"
  var size: UInt64
  var labelSize: UInt64?
  var alignment: UInt64?
  var slot: Int?
  var slots = 4
  var maximum: UInt64 = 4 << 30

  private static let ram: UInt64 = 256 << 20

  var description: String { paths.joined(separator: " ") }

  var paths: [String] {
    let options: [(String, String?)] = [
      ("--qemu-version", release), ("--size", "\(size)"), ("--label-size", labelSize.map { "\($0)" } ?? "none"),
      ("--align", alignment.map { "\($0)" }), ("--ram", "\(Self.ram)"), ("--slots", "\(slots)"),
      ("--maxmem", "\(maximum)"), ("--slot", slot.map { "\($0)" }),
    ]
    return options.flatMap { name, value in value.map { [name, $0] } ?? [] } + ["nv.img"]
  }

  var command: [String] {
    func property(_ name: String, _ value: (some BinaryInteger)?) -> String { value.map { ",\(name)=\($0)" } ?? "" }
    return [
      "command", "--qemu-version", release, "--", "qemu-system-x86_64", "-machine", "q35,nvdimm=on", "-m",
      "size=\(Self.ram)b,slots=\(slots),maxmem=\(maximum)b", "-object",
      "memory-backend-file,id=mem1,share=on,mem-path=nv.img,size=\(size)" + property("align", alignment), "-device",
      "nvdimm,memdev=mem1" + property("label-size", labelSize) + property("slot", slot),
    ]
  }

  /// The libvirt domain, or `nil` if its XML cannot express the machine or libvirt would round a size.
  var domain: String? {
    let sizes = [labelSize, alignment, maximum].compactMap(\.self)
    // libvirt treats a label area of 0 bytes and an alignment of 0 as absent.
    guard size > 0, labelSize != 0, alignment != 0, size.isMultiple(of: 2 << 20),
      sizes.allSatisfy({ $0.isMultiple(of: 1024) })
    else {
      return nil
    }
    func element(_ name: String, _ bytes: UInt64?, in outer: String? = nil) -> String {
      guard let bytes else { return "" }
      let element = "<\(name) unit='KiB'>\(bytes >> 10)</\(name)>"
      return outer.map { "<\($0)>\(element)</\($0)>" } ?? element
    }
    return """
      <domain type='kvm'>
        <name>guest</name>
        <maxMemory slots='\(slots)' unit='KiB'>\(maximum >> 10)</maxMemory>
        <memory unit='KiB'>\(Self.ram >> 10)</memory>
        <os><type arch='x86_64' machine='q35'>hvm</type></os>
        <features><acpi/></features>
        <cpu><numa><cell id='0' cpus='0' memory='\(Self.ram >> 10)' unit='KiB'/></numa></cpu>
        <devices>
          <memory model='nvdimm' access='shared'>
            <source><path>nv.img</path>\(element("alignsize", alignment))</source>
            <target>\(element("size", size))<node>0</node>\(element("size", labelSize, in: "label"))</target>
            \(slot.map { "<address type='dimm' slot='\($0)'/>" } ?? "")
          </memory>
        </devices>
      </domain>
      """
  }
}

/// The answer about one description of a machine, without the parts that depend on its names for the machine's parts.
struct DoorAnswer: Equatable {
  struct Finding: Hashable {
    let rule: String
    let severity: String
    let message: String
  }

  let outcome: String
  let message: String?
  let places: [CheckAnswer.Prediction.Device.Facts]
  let warnings: [String]
  let findings: Set<Finding>
  let status: Int32

  init(_ document: CheckAnswer.Document) {
    outcome = document.prediction.outcome
    message = document.prediction.message.map(Self.unnamed)
    places = document.prediction.devices.map(\.data)
    warnings = document.prediction.warnings
    // libvirt's own actions do not concern the other descriptions, and paths do not say what may be plugged later.
    findings = Set(
      document.findings.filter {
        !$0.rule.hasPrefix("libvirt-") && !($0.rule == "memory-block" && $0.severity == "note")
      }
      .map { Finding(rule: $0.rule, severity: $0.severity, message: Self.unnamed($0.message)) })
    status = document.status
  }

  /// Returns `message` without the place in which QEMU found the fault and the id that libvirt gives the backend; these
  /// are not compared.
  private static func unnamed(_ message: String) -> String {
    message.replacing(#/^-\S+ \S+: /#, with: "").replacing(#/memnvdimm\d+/#, with: "mem1")
  }
}

/// vnvdimm-check must answer the same about a start however the start is described.
@Suite("vnvdimm-check: the same behind every door")
struct DoorTests {
  /// Checks `machine` in `folder`, starting with its path.
  ///
  /// - Returns: The answers for the path, the command line and the domain, or `nil` if the path and the command line
  ///   are usage errors.
  private func answers(_ machine: DoorMachine, in folder: URL) throws -> [DoorAnswer]? {
    let runs = try [machine.paths, machine.command].map { words in
      try ProgramRun(
        "vnvdimm-check", words.first == "command" ? ["command", "--json"] + words.dropFirst() : ["--json"] + words,
        in: folder)
    }
    #expect(runs[0].status == runs[1].status, "\(machine)")
    guard runs[0].status != 64 else { return nil }
    var answers = try runs.map { run in
      try DoorAnswer(#require(CheckAnswer.documents(of: run).first, "\(machine): \(run.errors)"))
    }
    if let domain = machine.domain {
      let words = ["domain", "--json", "--qemu-version", machine.release, "-"]
      let run = try ProgramRun("vnvdimm-check", words, input: Data(domain.utf8), in: folder)
      // If libvirt refuses the XML as it reads it, there is no answer.
      if !run.errors.contains("libvirt refuses to define it") {
        let answer = try JSONDecoder().decode(DomainAnswer.self, from: run.output)
        #expect(answer.status == run.status)
        if let qemu = answer.qemu { answers.append(DoorAnswer(qemu)) }
      }
    }
    return answers
  }

  // MARK: Starts that lose something

  /// A change to a backend of 64 MiB with labels, after which its guest would lose data.
  struct Loss: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// A bash script that runs in the folder of the backend.
    let script: String
    /// The size with which the guest starts, or `nil` for the size of the file.
    var size: UInt64?
    let rules: Set<String>
  }

  static let losses = [
    Loss(
      testDescription: "a change of the labels is unfinished",
      script: """
        strace -qq -o /dev/null -e trace=pwrite64,fsync -e inject=pwrite64:signal=KILL:when=3 \
          vnvdimm-migrate-labels resize nv.img 1M --no-backup >/dev/null 2>&1 </dev/null || true
        """,
      size: 66 << 20, rules: ["label-change-unfinished"]),
    Loss(
      testDescription: "the file has grown, and is mapped whole", script: "truncate -s 130M nv.img",
      rules: ["label-area-elsewhere"]),
    Loss(
      testDescription: "a sealed file has grown, and is mapped whole",
      script: "vnvdimm-resize-guard seal --quiet nv.img; truncate -s 130M nv.img",
      rules: ["label-area-elsewhere", "layout-extended"]),
    Loss(
      testDescription: "a sealed file is replaced by an old copy",
      script: "vnvdimm-resize-guard seal --quiet nv.img; cp -a nv.img old; mv old nv.img", rules: ["layout-replaced"]),
  ]

  @Test("what a start would lose is an error in the same words, and keeps the guest down", arguments: losses)
  func loss(loss: Loss) throws {
    let folder = try TemporaryDirectory()
    let script = """
      PATH=\(ProgramRun.products.path):$PATH
      vnvdimm-create --quiet --size 64M --namespace fsdax,size=32M,name=db nv.img
      \(loss.script)
      """
    let made = try ProgramRun(executable: URL(fileURLWithPath: "/bin/bash"), ["-ec", script], in: folder.url)
    try #require(made.status == 0, "\(made.errors)")
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("nv.img"))
    let size = try #require(loss.size ?? attributes[.size] as? UInt64)
    let machine = DoorMachine(size: size, labelSize: 2 << 20, slot: 0)
    let answers = try #require(try answers(machine, in: folder.url))
    #expect(answers.count == 3)
    for answer in answers {
      let errors = answer.findings.filter { $0.severity == "error" }
      #expect(Set(errors.map(\.rule)) == loss.rules)
      #expect(errors == answers[0].findings.filter { $0.severity == "error" })
      #expect(answer.status == 2)
    }
    let hook = try ProgramRun(
      "vnvdimm-check", ["hook", "--qemu-version", machine.release, "guest", "prepare", "begin", "-"],
      input: Data(try #require(machine.domain).utf8), in: folder.url)
    #expect(hook.status == 2)
    for finding in answers[0].findings where finding.severity == "error" {
      #expect(hook.errors.contains("nv.img: error: \(finding.rule): \(finding.message)"), "\(hook.errors)")
    }
  }

  // MARK: Starts made at random

  /// A script that makes backends in every state, once.
  private static let states = """
    vnvdimm-create --quiet --size 64M --namespace fsdax,size=32M,name=a slot0
    vnvdimm-create --quiet --size 64M --slot 1 --namespace raw,name=b slot1
    cp slot0 grown; truncate -s 130M grown
    cp slot0 cut; truncate -s 65M cut
    cp slot0 lost; dd if=/dev/zero of=lost bs=256 seek=262144 count=2 conv=notrunc status=none
    vnvdimm-create --quiet --size 64M --namespace sector sealed; vnvdimm-resize-guard seal --quiet sealed
    cp -a sealed old; mv old sealed
    for size in 0 1 64M 66M 130M; do truncate -s $size plain.$size; done
    truncate -s 68157441 plain.odd
    """
  private static let labelled = ["slot0", "slot1", "grown", "cut", "lost", "sealed"]
  private static let plain = ["plain.0", "plain.1", "plain.64M", "plain.66M", "plain.130M", "plain.odd", nil]
  private static let releases = [
    "2.6", "2.7", "2.8", "2.11", "2.12", "3.0", "4.0", "5.0", "5.1", "5.2", "6.0", "6.1", "6.2", "7.0", "7.1", "7.2",
    "8.0", "8.2", "9.0", "9.1", "9.2", "10.0", "10.2",
  ]

  private static var count: Int {
    ProcessInfo.processInfo.environment["VNVDIMM_DOOR_COUNT"].flatMap { Int($0) } ?? 60
  }

  /// Returns the name of the backend to place at `nv.img` (`nil` for none) and the machine that uses it.
  private static func start(using generator: inout SeededGenerator) -> (backend: String?, machine: DoorMachine) {
    func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: values.indices, using: &generator)] }
    let backend = pick([labelled, plain].randomElement(using: &generator) ?? plain)
    let isLabelled = backend.map { labelled.contains($0) } == true
    let mebibyte: UInt64 = 1 << 20
    // Odd sizes are rare, so that most choices are compatible with each other.
    let size =
      isLabelled
      ? pick([66, 66, 64, 130, 65]) * mebibyte
      : pick([64, 64, 64, 66, 65, 32, 2, 130].map { $0 * mebibyte } + [4096, 8192, 4097, 1024, 67_108_865, 1, 0])
    let label: UInt64? =
      isLabelled
      ? pick([2 * mebibyte, 2 * mebibyte, 128 << 10, nil])
      : pick([nil, nil, nil, 128 << 10, 2 * mebibyte, 2 * mebibyte, 64 << 10, 131_073, 64 * mebibyte, 0, 127 << 10])
    let machine = DoorMachine(
      release: pick(releases), size: size, labelSize: label,
      alignment: pick(
        [UInt64?](repeating: nil, count: 8) + [0, 4096, 2 * mebibyte, 2 * mebibyte, 3 * mebibyte, 1 << 30, 5]),
      // For a bare path, the labels give the slot.
      slot: pick([isLabelled ? 0 : nil, 0, 0, 0, 1, 1, 3, 9]), slots: pick([1, 2, 4, 4]),
      maximum: pick([1024, 1024, 4096, 4096, 4096, 320, 257, 256]) * mebibyte)
    return (backend, machine)
  }

  @Test("on starts made at random") func random() throws {
    let backends = try TemporaryDirectory()
    let made = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/bash"), ["-ec", "PATH=\(ProgramRun.products.path):$PATH\n\(Self.states)"],
      in: backends.url)
    try #require(made.status == 0, "\(made.errors)")
    var generator = SeededGenerator(fuzzing: "doors of vnvdimm-check")
    var outcomes: [String: Int] = [:]
    var domains = 0
    for _ in 0..<Self.count {
      let (backend, machine) = Self.start(using: &generator)
      let folder = try TemporaryDirectory()
      if let backend {
        let copy = ["-a", "--sparse=always", backends.path(backend), folder.path("nv.img")]
        _ = try ProgramRun(executable: URL(fileURLWithPath: "/bin/cp"), copy)
      }
      guard let answers = try answers(machine, in: folder.url) else { continue }
      outcomes[answers[0].outcome, default: 0] += 1
      #expect(answers[1] == answers[0], "\(backend ?? "no file"): \(machine)")
      // libvirt starts no guest whose file is missing.
      guard answers.count > 2, backend != nil else { continue }
      domains += 1
      #expect(answers[2] == answers[0], "\(backend ?? ""): \(machine)")
    }
    print("doors: \(Self.count) starts, \(outcomes), \(domains) of them as domains")
    #expect(outcomes["starts", default: 0] * 20 > Self.count && outcomes["refuses", default: 0] * 20 > Self.count)
    #expect(domains * 20 > Self.count)
  }
}
