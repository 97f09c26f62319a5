import Foundation
import Monitor
import QEMU
import TestSupport
import Testing
import VirtualMachine

/// Random commands to the monitors of a machine with real files. Backends and NVDIMMs are added and refused, and
/// whatever the commands are, slots, addresses and sizes stay within the machine's limits. Needs no KVM.
@Suite("Hotplug under fuzz")
struct InventoryFuzzTests {
  private static let slots = 4
  private static let window: Range<UInt64> = 0x1_0000_0000..<0x2_1000_0000
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func machine() throws -> EmulatedMachine {
    let words = "-machine q35,nvdimm=on -m 256M,slots=\(Self.slots),maxmem=512M".split(separator: " ").map(String.init)
    let assembly = try MachineAssembly(MachineConfiguration(arguments: words))
    return EmulatedMachine(MachineControl(startsPaused: true), assembly)
  }

  private static let sizes = [
    "0", "1", "4095", "4096", "0x1000", "8K", "131072", "1M", "2M", "3M", "64M", "256M", "1G", "1T", "8E", "16E",
    "18446744073709551615", "-1", "1.5M", "M", "",
  ]
  private static let numbers = [
    "0", "1", "3", "4", "255", "256", "-1", "0x100000000", "0x108000000", "4296015872", "x",
  ]
  private static let identifiers = ["m0", "m1", "m2", "m3", "m4", "m5", "nv", "1x", "", "a,,b", "é"]

  /// Returns properties for a command, most of which belong to it. Files are in the folder, and nothing is
  /// preallocated.
  private func properties(_ keys: [String], _ random: inout SeededGenerator) -> [(key: String, value: String)] {
    (0..<Int.random(in: 0...4, using: &random)).map { _ in
      let key = keys.randomElement(using: &random) ?? ""
      let values =
        switch key {
        case "size", "label-size", "align": Self.sizes
        case "mem-path": ["a.img", "b.img", "c.img", "none/d.img", "."].map { folder.path($0) }
        case "slot", "node", "addr": Self.numbers
        case "id", "memdev": Self.identifiers
        case "uuid": ["", "x", "5d8a2ef6-7d41-4c60-8b9c-3a0f6f1f7a10"]
        default: ["on", "off", "true", "", "maybe"]
        }
      return (key, values.randomElement(using: &random) ?? "")
    }
  }

  private func backend(_ random: inout SeededGenerator) -> [(key: String, value: String)] {
    let type = Bool.random(using: &random) ? "memory-backend-file" : "memory-backend-ram"
    let number = Int.random(in: 0...5, using: &random)
    let path = type == "memory-backend-file" ? [("mem-path", folder.path("\(number).img"))] : []
    let size = ["1M", "2M", "64M"].randomElement(using: &random) ?? ""
    return [("qom-type", type), ("id", "m\(number)"), ("size", size)] + path
      + properties(["size", "align", "share", "readonly", "pmem", "mem-path", "id", "nosuch"], &random)
  }

  private func device(_ random: inout SeededGenerator) -> [(key: String, value: String)] {
    [("driver", "nvdimm"), ("memdev", "m\(Int.random(in: 0...5, using: &random))")]
      + properties(
        ["id", "slot", "addr", "node", "label-size", "unarmed", "uuid", "flush-hint", "memdev", "nosuch"], &random)
  }

  /// Returns a command in the form of each monitor.
  private func command(_ random: inout SeededGenerator) -> (qmp: String, hmp: String) {
    let name: String
    var arguments: [(key: String, value: String)] = []
    switch Int.random(in: 0..<8, using: &random) {
    case 0..<3: (name, arguments) = ("object-add", backend(&random))
    case 3..<6: (name, arguments) = ("device_add", device(&random))
    case 6: (name, arguments) = ("object-del", [("id", Self.identifiers.randomElement(using: &random) ?? "")])
    default: (name, arguments) = ("device_del", [("id", Self.identifiers.randomElement(using: &random) ?? "")])
    }
    let members = arguments.map { key, value in
      let number = QEMUNumber.value(of: value)
      let isNumber = key == "size" || key == "align"
      let json = isNumber ? number : ["on", "off"].contains(value) && name == "object-add" ? "\(value == "on")" : nil
      return "\"\(key)\":\(json ?? "\"\(value)\"")"
    }
    let text =
      name.hasSuffix("del")
      ? arguments[0].value
      : arguments.map { "\($0)=\($1.replacingOccurrences(of: ",", with: ",,"))" }.joined(separator: ",")
    return (
      #"{"execute":"\#(name)","arguments":{\#(members.joined(separator: ","))}}"#,
      "\(name.replacingOccurrences(of: "-", with: "_")) \(text)"
    )
  }

  /// A size as a number, for a monitor that accepts no suffixes.
  private enum QEMUNumber {
    static func value(of text: String) -> String? {
      guard let last = text.last, let power = "KMGTPE".firstIndex(of: last) else {
        return UInt64(text).map { "\($0)" }
      }
      let shift = 10 * (1 + "KMGTPE".distance(from: "KMGTPE".startIndex, to: power))
      return UInt64(text.dropLast()).map { String($0.multipliedFullWidth(by: 1 << UInt64(shift)).low) }
    }
  }

  @Test("what is plugged has a slot and a place of its own") func hotplug() throws {
    var random = SeededGenerator(fuzzing: "hotplug")
    let count = SeededGenerator.count(default: 2000, optimized: 10_000)
    var (plugged, refused) = (0, 0)
    for _ in stride(from: 0, to: count, by: 40) {
      // Files of earlier machines have sizes that this one rarely requests.
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) {
        try FileManager.default.removeItem(atPath: folder.path(name))
      }
      let machine = try machine()
      let (qmp, hmp) = (QMPSession(machine), HMPSession(machine))
      _ = qmp.receive(Array(#"{"execute":"qmp_capabilities"}"#.utf8))
      for _ in 0..<40 {
        let command = command(&random)
        if Bool.random(using: &random) {
          let answer = qmp.receive(Array(command.qmp.utf8))
          let message = try? JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
          #expect(message?["return"] != nil || message?["error"] != nil, "\(command.qmp): \(answer)")
          refused += message?["error"] == nil ? 0 : 1
        } else {
          #expect(hmp.receive(Array("\(command.hmp)\n".utf8)).hasSuffix("(qemu) "), "\(command.hmp)")
        }
        try check(machine)
      }
      plugged += machine.prediction.devices.count
    }
    #expect(plugged > count / 100 && refused > count / 100, "the fuzz does not reach what it is for")
  }

  private func check(_ machine: EmulatedMachine) throws {
    let places = machine.prediction.devices.map(\.placement)
    #expect(Set(places.map(\.slot)).count == places.count && places.allSatisfy { (0..<Self.slots).contains($0.slot) })
    let ranges = places.map { $0.address..<$0.address + $0.size }.sorted { $0.lowerBound < $1.lowerBound }
    #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }, "\(ranges)")
    #expect(ranges.allSatisfy { Self.window.contains($0.lowerBound) && $0.upperBound <= Self.window.upperBound })
    #expect(places.reduce(0) { $0 + $1.size } <= 256 << 20)
    let present = machine.prediction.backends.filter { !$0.isDeleted }.map(\.option.backend.id)
    let backends = Set(present)
    #expect(backends.count == present.count)
    #expect(machine.prediction.devices.allSatisfy { backends.contains($0.backend) })
  }
}
