import Foundation
import TestSupport
import Testing

/// A machine with up to three DIMMs, as described to both QEMU and vnvdimm-check.
struct OracleMachine: Sendable, CustomTestStringConvertible {
  struct DIMM: Sendable {
    var file = CheckedFile.length(64 << 20)
    /// The DIMM slot, the same for all DIMMs of one vnvdimm-check call.
    var slot: Int?
  }

  var dimms = [DIMM()]
  var size = "64M"
  var label: String?
  var align: String?
  /// The RAM, the slots and maxmem.
  var memory: (ram: String, slots: String, maximum: String?) = ("256M", "4", "4G")

  var testDescription: String {
    let dimms = dimms.map { "\($0.file)" + ($0.slot.map { " in slot \($0)" } ?? "") }
    return ([dimms.joined(separator: " + ")] + options).joined(separator: " ")
  }

  private var options: [String] {
    [
      ("--size", size), ("--label-size", label ?? "none"), ("--align", align), ("--ram", memory.ram),
      ("--slots", memory.slots), ("--maxmem", memory.maximum),
    ].flatMap { name, value in value.map { [name, $0] } ?? [] }
  }

  func name(_ index: Int) -> String { "nv\(index + 1).img" }

  var checkArguments: [String] {
    dimms.indices.map { name($0) } + options + dimms.flatMap { $0.slot.map { ["--slot", String($0)] } ?? [] }
      + ["--qemu-version", "7.2"]
  }

  var qemuArguments: [String] {
    let limits = ["slots=\(memory.slots)"] + (memory.maximum.map { ["maxmem=\($0)"] } ?? [])
    var arguments = [
      "-machine", "q35,nvdimm=on", "-m", ([memory.ram] + limits).joined(separator: ","), "-S", "-display", "none",
      "-nodefaults", "-qmp", "stdio",
    ]
    for (index, dimm) in dimms.enumerated() {
      let alignment = align.map { ",align=\($0)" } ?? ""
      arguments += [
        "-object", "memory-backend-file,id=mem\(index + 1),share=on,mem-path=\(name(index)),size=\(size)\(alignment)",
        "-device",
        "nvdimm,memdev=mem\(index + 1)" + (label.map { ",label-size=\($0)" } ?? "")
          + (dimm.slot.map { ",slot=\($0)" } ?? ""),
      ]
    }
    return arguments
  }
}

/// The outcome of running QEMU.
struct QEMUAnswer {
  let message: String?
  let devices: [CheckAnswer.Prediction.Device]

  private struct Reply: Decodable {
    let `return`: [CheckAnswer.Prediction.Device]
  }

  init(of machine: OracleMachine, in folder: URL) throws {
    let commands = ["qmp_capabilities", "query-memory-devices", "quit"].map { "{\"execute\":\"\($0)\"}\n" }
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/timeout"), ["20", "qemu-system-x86_64"] + machine.qemuArguments,
      input: Data(commands.joined().utf8), in: folder)
    try #require([0, 1].contains(run.status), "QEMU must be installed and answer: \(run.errors)")
    devices =
      run.text.split(whereSeparator: \.isNewline).lazy
      .compactMap { try? JSONDecoder().decode(Reply.self, from: Data($0.utf8)) }.first { !$0.return.isEmpty }?
      .return ?? []
    let lines = run.errors.split(separator: "\n").map(String.init)
    // The message is the last line; warnings come before it.
    message = run.status == 0 ? nil : lines.last.map { Self.text(of: $0, machine) }
  }

  /// Returns a line of output without the names of the program and the argument.
  private static func text(of line: String, _ machine: OracleMachine) -> String {
    var text = line.replacingOccurrences(of: "qemu-system-x86_64: ", with: "")
    for (option, value) in zip(machine.qemuArguments, machine.qemuArguments.dropFirst()) {
      let prefix = "\(option) \(value): "
      if text.hasPrefix(prefix) { text.removeFirst(prefix.count) }
    }
    return text
  }
}

@Suite("vnvdimm-check against the QEMU of this machine")
struct CheckOracleTests {
  private static func file(
    _ file: CheckedFile, size: String = "64M", label: String? = nil, align: String? = nil
  ) -> OracleMachine {
    OracleMachine(dimms: [.init(file: file)], size: size, label: label, align: align)
  }

  static let files: [OracleMachine] = [
    file(.length(64 << 20)), file(.length(67_112_960)), file(.length(128 << 20)), file(.length(67_104_768)),
    file(.length(67_108_863)), file(.length(1)), file(.length(0)), file(.missing), file(.directory), file(.fifo),
    file(.link(to: "/dev/zero")), file(.link(to: "/dev/null")), file(.length(64 << 20), size: "0"),
    // A dangling link counts as missing: QEMU would never return from opening it.
  ]

  static let sizes: [OracleMachine] =
    ["67108865", "4097", "4K", "1K", "1", "65M", "6M", "1536K"].flatMap { size in
      [file(.missing, size: size), file(.length(67_108_865), size: size)]
    }

  static let alignments: [OracleMachine] =
    ["0", "1", "3", "4K", "4097", "6K", "64K", "2M", "3M", "1G"].map { file(.length(64 << 20), align: $0) }
    + ["0", "3", "3M"].map { file(.missing, align: $0) } + [file(.length(1), align: "3")]
    + ["2M", "4M", "65M"].map { file(.length(65 << 20), size: $0, label: "128K", align: "2M") }

  static let labels: [OracleMachine] =
    ["0", "1", "64K", "131071", "128K", "131073", "130K", "256K", "1M", "32M", "67104768", "67108863", "64M", "4G"]
    .map { file(.length(64 << 20), label: $0) }
    + ["128K", "100K", "131073", "132K"].map { file(.length(64 << 20), size: $0, label: "128K") }

  static let machines: [OracleMachine] = [
    OracleMachine(dimms: [.init(), .init(), .init()], label: "128K"),
    OracleMachine(dimms: [.init(slot: 2), .init(slot: 0), .init()]),
    OracleMachine(dimms: [.init(slot: 1), .init(slot: 1)]), OracleMachine(dimms: [.init(slot: 4)]),
    OracleMachine(dimms: [.init(slot: -2)]), OracleMachine(memory: ("256M", "0", nil)),
    OracleMachine(memory: ("256M", "1", nil)), OracleMachine(memory: ("256M", "1", "256M")),
    OracleMachine(memory: ("256M", "1", "128M")), OracleMachine(memory: ("256M", "1", "320M")),
    OracleMachine(memory: ("256M", "1", "319M")), OracleMachine(label: "128K", memory: ("256M", "1", "327552K")),
    OracleMachine(dimms: [.init(), .init()], memory: ("256M", "1", "1G")),
    OracleMachine(dimms: [.init(), .init()], memory: ("256M", "2", "350M")),
    OracleMachine(memory: ("256M", "257", "4G")), OracleMachine(memory: ("256M", "2", "4294967297")),
    OracleMachine(memory: ("3G", "2", "8G")), OracleMachine(dimms: [.init(), .init()], align: "1G"),
    OracleMachine(dimms: [.init(file: .length(1 << 30)), .init(file: .length(1 << 30))], size: "1G", align: "1G"),
  ]

  @Test(
    "same verdict, same message, same places, same file left", arguments: files + sizes + alignments + labels + machines
  )
  func agrees(machine: OracleMachine) throws { try compare(machine) }

  @Test("on machines made at random")
  func random() throws {
    var generator = SeededGenerator(fuzzing: "QEMU as oracle")
    for _ in 0..<60 { try compare(Self.machine(using: &generator)) }
  }

  private static func machine(using generator: inout SeededGenerator) -> OracleMachine {
    func pick<Value>(_ values: Value...) -> Value { values[Int.random(in: 0..<values.count, using: &generator)] }
    func bytes() -> UInt64 {
      pick(1 << 12, 1 << 17, 1 << 20, 1 << 21, 1 << 26) * pick(1, 2, 3, 5) + pick(0, 0, 0, 4096, 1)
    }
    let count = pick(1, 1, 2, 3)
    let size = bytes()
    let dimms = (0..<count).map { _ in
      OracleMachine.DIMM(
        file: pick(.length(size), .length(size), .length(bytes()), .length(0), .missing),
        slot: nil)
    }
    let slots = (0..<count).map { _ in pick(0, 1, 2, 3, 5) }
    return OracleMachine(
      dimms: pick(true, false) ? dimms : zip(dimms, slots).map { .init(file: $0.file, slot: $1) },
      size: String(size), label: pick(nil, nil, "128K", "131073", "64K", "2M"),
      align: pick(nil, nil, "64K", "2M", "3M", "100"),
      memory: (pick("128M", "256M", "3G"), pick("1", "2", "4", "4"), pick("4G", "16G", "3300M", "3200M")))
  }

  private func compare(_ machine: OracleMachine) throws {
    let folder = try TemporaryDirectory()
    for (index, dimm) in machine.dimms.enumerated() { try dimm.file.make(in: folder, name: machine.name(index)) }
    let check = try ProgramRun("vnvdimm-check", ["--json"] + machine.checkArguments, in: folder.url)
    let document = try #require(CheckAnswer.documents(of: check).first, "\(check.errors)")
    let prediction = document.prediction
    let qemu = try QEMUAnswer(of: machine, in: folder.url)
    let name = Comment(rawValue: machine.testDescription)
    #expect(prediction.starts == (qemu.message == nil), name)
    #expect(prediction.message == qemu.message, name)
    guard qemu.message == nil else { return }
    #expect(prediction.devices == qemu.devices, name)
    for index in machine.dimms.indices {
      guard case .length(let before) = machine.dimms[index].file else { continue }
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(machine.name(index)))
      let change = prediction.changes.first { $0.path == machine.name(index) }
      #expect(attributes[.size] as? UInt64 == change?.to ?? before, name)
    }
  }
}
