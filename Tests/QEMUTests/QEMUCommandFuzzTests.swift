import Basics
import QEMU
import TestSupport
import Testing

@Suite("Hostile command lines of QEMU's")
struct QEMUCommandFuzzTests {
  private static let options = [
    "-machine", "-M", "-m", "-object", "-device", "-numa", "-smp", "-readconfig", "-set", "-global", "-accel",
    "-mem-path", "-mem-prealloc", "-no-acpi", "--device", "-cpu", "-kernel", "-bogus", "-", "--", "", "disk.img",
  ]

  private static let words = [
    "q35", "pc", "pc-i440fx-2.1", "pc-q35-99999999999999999999.1", "isapc", "none", "nvdimm=on", "nvdimm",
    "memory.size",
    "memory.slots=2", "smp.cpus.0=1", "smp.cpus.x=1", "help", "?", "256M", "size=16E", "slots=18446744073709551615",
    "maxmem=18446744073709551615", "maxmem=4G", "slots=2", "memory-backend-file", "memory-backend-ram", "qom-type=",
    "id=m", "id=", "mem-path=a", "mem-path=,,", "size=64M", "size=18446744073709551615", "size=1", "align=2M",
    "align=-1",
    "align=9223372036854775808", "share=on", "readonly=on", "prealloc=on", "reserve=off", "rom=on", "offset=16E",
    "offset=18446744073709551615", "nvdimm", "pc-dimm", "virtio-pmem-pci", "memdev=m", "memdev=/objects/m", "memdev=",
    "label-size=128K", "label-size=18446744073709551615", "slot=-9223372036854775808", "slot=1",
    "addr=0xffffffffffffffff", "addr=0x100000000", "node=4294967295", "unarmed", "uuid=", "node", "nodeid=0",
    "nodeid=65535", "memdev=zz", "mem=1G", "host-nodes=0-65535", "host-nodes=18446744073709551615-1", "policy=bind",
    "=",
    ",", ",,", "=,=", ".", "a.", ".0", "{", "}", "{}", "[", "{\"driver\":\"nvdimm\",\"memdev\":\"m\",\"slot\":1e400}",
    "{\"qom-type\":\"memory-backend-ram\",\"id\":\"m\",\"size\":4096}", "\u{301}", "ß", "\0", "\u{1F4A9}", "1.", "0x",
    "[device \"d\"]\n  driver = \"nvdimm\"\n", "[", "]", "[object]\n", " = \"\"\n", "\n", "#", "\"", "device.nv.slot=1",
  ]

  private static let states: [BackendState] = [
    .file(size: 0), .file(size: 64 << 20), .file(size: .max), .missing, .danglingLink, .directory, .unmappable,
    .zeroDevice, .nullDevice, .device(size: 1 << 30), .daxDevice(size: 1 << 30, alignment: 2 << 20), .other,
    .inaccessible("Permission denied"),
  ]

  @Test("nothing that can be typed, or read from a file, traps; what is refused is said", .timeLimit(.minutes(5)))
  func commands() {
    var generator = SeededGenerator(fuzzing: "command lines of QEMU's")
    for _ in 0..<SeededGenerator.count(default: 3000, optimized: 30000) {
      let arguments = ["qemu"] + (0..<Int.random(in: 0...8, using: &generator)).flatMap { _ in option(&generator) }
      let release = QEMURelease.described.randomElement(using: &generator) ?? .newest
      let rules = SizingRules(release, Architecture.allCases.randomElement(using: &generator) ?? .x86_64)
      let file = text(&generator)
      let state = Self.states.randomElement(using: &generator) ?? .missing
      let hotplug = ["object_add", "device_add", "device_del", "object_del", ""].compactMap {
        HotplugCommand("\($0) \(text(&generator))")
      }
      let prediction = MachineStartup.prediction(of: arguments, rules, hotplug: hotplug) {
        HostPath(forWriting: state, forReading: state, identity: $0)
      } readFile: { _ in
        .success(file)
      }
      if case .complaint? = prediction.stop { #expect(prediction.message?.isEmpty == false, "\(arguments)") }
      let verification = CombinationVerification(prediction, rules: rules)
      #expect(verification.findings.allSatisfy { !$0.message.isEmpty })
      #expect(Set(prediction.devices.map(\.placement.address)).count == prediction.devices.count, "\(arguments)")
    }
  }

  private func option(_ generator: inout SeededGenerator) -> [String] {
    [Self.options.randomElement(using: &generator) ?? "", text(&generator)]
  }

  private func text(_ generator: inout SeededGenerator) -> String {
    (0..<Int.random(in: 1...6, using: &generator)).map { _ in Self.words.randomElement(using: &generator) ?? "" }
      .joined(separator: Bool.random(using: &generator) ? "," : "")
  }

  @Test("the right command line, cut and changed at every byte")
  func mutations() {
    var generator = SeededGenerator(fuzzing: "changed command lines")
    let good = [
      "qemu-system-x86_64", "-machine", "q35,nvdimm=on", "-m", "256M,slots=2,maxmem=4G", "-object",
      "memory-backend-file,id=m,mem-path=a,size=64M,share=on", "-device", "nvdimm,memdev=m,label-size=128K,slot=1",
    ]
    for _ in 0..<SeededGenerator.count(default: 3000, optimized: 30000) {
      var arguments = good
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let index = Int.random(in: 1..<arguments.count, using: &generator)
        var bytes = Array(arguments[index].utf8)
        guard let place = bytes.indices.randomElement(using: &generator) else { continue }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.remove(at: place)
        case 1: bytes.removeLast(bytes.count - place)
        case 2: bytes[place] = UInt8.random(in: 1...255, using: &generator)
        default: bytes.insert(contentsOf: ",=.{-0".utf8.shuffled(using: &generator).prefix(2), at: place)
        }
        arguments[index] = String(decoding: bytes, as: UTF8.self)
      }
      let prediction = MachineStartup.prediction(of: arguments, SizingRules(QEMURelease(7, 2))) {
        HostPath(forWriting: .file(size: 64 << 20), forReading: .file(size: 64 << 20), identity: $0)
      } readFile: { _ in
        .failure(ConfigurationFileError(reason: "No such file or directory"))
      }
      #expect(prediction.stop != nil || prediction.devices.count <= 1)
    }
  }

  @Test("words separated as a shell does survive it")
  func shellWords() {
    var generator = SeededGenerator(fuzzing: "shell words")
    let letters = Array("ab '\"\\#\n$,=\u{301}ß")
    for _ in 0..<3000 {
      let words = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
        String(
          (0..<Int.random(in: 1...6, using: &generator)).map { _ in letters.randomElement(using: &generator) ?? "x" })
      }
      let quoted = words.map {
        "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
      }
      #expect(ShellWords.split(quoted.joined(separator: " ")) == words, "\(words)")
    }
    #expect(ShellWords.split("a \\\n b # c\nd\\ e \"f\\\"g\"") == ["a", "b", "d e", "f\"g"])
    #expect(ShellWords.split("'a") == nil)
  }
}
