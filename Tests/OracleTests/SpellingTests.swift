import Basics
import Foundation
import QEMU
import TestSupport
import Testing

/// A machine with one NVDIMM whose values are spelt in all the ways that QEMU knows, and in some that it does not.
private struct Spelling {
  var generator: SeededGenerator
  private mutating func pick(_ values: [String]) -> String { values.randomElement(using: &generator) ?? "" }
  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

  init(_ generator: SeededGenerator) { self.generator = generator }

  private static let sizes = [
    "64M", "0x4000000", "67108864", " 64M", "65536k", "65536K", "0.0625G", "67108864B", "64m", "+64M", "0X4000000",
    "64.0M", "0064M",
  ]
  private static let oddSizes = ["64MB", "64X", "", "-1", "0x", "64 M", "64M ", "6.4.0M", "1e3", "٦٤M"]
  private static let slots = ["3", "03", "010", "0X3", "0x3", " 3", "+3", "-1", "0", "00", "0x1f", "037"]
  private static let oddSlots = [
    "3 ", "08", "0x", "", "x", "--1", "- 1", "99999999999", "-2", "32", "2147483648", "0b1", "3.0", "-0x1", "'3'",
  ]
  private static let addresses = [
    "0x100000000", "0400000000000", "4294967296", "0X140000000", " 0x100000000", "0", "+4294967296", "000",
  ]
  private static let oddAddresses = [
    "4G", "0x100000001", "-1", "x", "", "0x1000", "040000000001", "18446744073709551616",
  ]
  private static let labels = ["2M", "0x200000", "2097152", "2m", "1.5M", "128K", "131072", "2048k", "0x20000", " 2M"]
  private static let oddLabels = ["127K", "0", "-1", "64M", "2097153", "x", "", "2M ", "0.1", "1G"]
  private static let flags = ["on", "off", "yes", "no", "true", "false", "y", "n"]
  private static let oddFlags = ["On", "1", "0", "", "onn", " on"]
  private static let backends = ["m", "/objects/m", "objects/m"]
  private static let oddBackends = [
    "/objects/", "objects", "/m", "objects/m/", "zz", "/objects/zz", "", "/", "m ", "M",
  ]

  private mutating func value(_ right: [String], _ odd: [String]) -> String { pick(chance(6) ? odd : right) }

  /// Returns `properties` as an option list, or as JSON with numbers and booleans for values of those types.
  private mutating func option(_ implied: String, _ kind: String, _ properties: [(key: String, value: String)])
    -> String
  {
    let shuffled = properties.shuffled(using: &generator)
    guard chance(25) else {
      let first = chance(80) ? kind : "\(implied)=\(kind)"
      return ([first] + shuffled.map { "\($0)=\($1.replacing(",", with: ",,"))" }).joined(separator: ",")
    }
    let members = ([(implied, kind)] + shuffled).map { key, value -> String in
      let isText = chance(10) || !["size", "slot", "addr", "label-size", "share", "unarmed", "node"].contains(key)
      let word: String? =
        switch value {
        case "on", "yes", "true": "true"
        case "off", "no", "false": "false"
        default: Int(value).map { String($0) }
        }
      return "\"\(key)\": " + (isText ? nil : word).orQuoted(value)
    }
    return "{" + members.joined(separator: ", ") + "}"
  }

  mutating func make() -> OracleCase {
    var test = OracleCase()
    let path = pick(["nv.img", "a,b.img", "=x.img", "nv 1.img"])
    test.files = [path: .length(64 << 20)]
    let machine = pick(["pc", "q35"]) + ",nvdimm=" + value(["on", "yes", "true", "y"], Self.oddFlags)
    let object = [
      ("id", "m"), ("mem-path", path), ("size", value(Self.sizes, Self.oddSizes)),
      ("share", value(Self.flags, Self.oddFlags)),
    ]
    var device = [("memdev", value(Self.backends, Self.oddBackends))]
    if chance(60) { device.append(("slot", value(Self.slots, Self.oddSlots))) }
    if chance(40) { device.append(("addr", value(Self.addresses, Self.oddAddresses))) }
    if chance(50) { device.append(("label-size", value(Self.labels, Self.oddLabels))) }
    if chance(20) { device.append(("unarmed", value(Self.flags, Self.oddFlags))) }
    if chance(20) { device.append(("node", value(["0", "00", "0x0", " 0"], ["1", "-1", "x", "4294967296", ""]))) }
    if chance(20) { device.append(("id", value(["nv", "n.v", "n-1_a"], ["1n", "", "n v", "ä"]))) }
    test.arguments = [
      "qemu-system-x86_64", "-machine", machine, "-m",
      value(
        ["256M,slots=32,maxmem=8G", "256,slots=040,maxmem=0x200000000", "size=0.25G,slots=0x20,maxmem=8192M"],
        ["256M,slots=08,maxmem=8G", "256M,slots=-1,maxmem=8G", "256MB,slots=1,maxmem=8G", "256M,slots=32,maxmem=8GB"]),
      "-object", option("qom-type", "memory-backend-file", object), "-device", option("driver", "nvdimm", device),
    ]
    return test
  }
}

extension String? {
  fileprivate func orQuoted(_ text: String) -> String { self ?? "\"\(text)\"" }
}

/// emulate, the prediction and this machine's QEMU must read the words of QEMU's options in the same way.
@Suite("Words as QEMU 7.2 reads them", .enabled(if: OracleQEMU.isCompared, "needs qemu-system-x86_64 of release 7.2"))
struct SpellingTests {
  private static var count: Int {
    ProcessInfo.processInfo.environment["VNVDIMM_ORACLE_COUNT"].flatMap { Int($0) } ?? 60
  }

  /// The address and size of an NVDIMM in the guest's tables.
  private struct Place: Equatable {
    let slot: Int
    let address: UInt64
    let size: UInt64
  }

  @Test("slots, addresses, sizes and complaints") func spellings() throws {
    var generator = SeededGenerator(fuzzing: "spellings for QEMU and emulate")
    var (started, refused) = (0, 0)
    for _ in 0..<Self.count {
      var spelling = Spelling(generator)
      let test = spelling.make()
      generator = spelling.generator
      let comment = Comment(rawValue: test.description)
      let folder = try test.makeFolder()
      let qemu = try #require(OracleQEMU.asked)
      let real = try OracleAnswer(running: test, by: qemu.path, in: folder)
      let predicted = try OracleAnswer(predicting: test, of: qemu.rules, in: folder)
      #expect(predicted == real, comment)
      let run = try ProgramRun(
        "vnvdimm", ["emulate"] + test.arguments.dropFirst() + ["-dump-acpi", "."], in: folder.url)
      #expect((run.status == 0) == (real.outcome == .starts), comment)
      if real.outcome == .starts, run.status == 0 {
        started += 1
        let places = real.devices.compactMap { $0["data"] }.map {
          Place(slot: $0["slot"]?.number() ?? -1, address: $0["addr"]?.number() ?? 0, size: $0["size"]?.number() ?? 0)
        }
        #expect(Self.places(in: try Data(contentsOf: folder.url.appendingPathComponent("NFIT.aml"))) == places, comment)
      } else {
        refused += 1
        let line = run.errors.split(separator: "\n").first.map(String.init) ?? ""
        // If QEMU names no option, emulate still does.
        let message = real.message ?? ""
        #expect(line == "vnvdimm emulate: \(message)" || line.hasSuffix(": \(message)"), comment)
      }
    }
    print("spellings: \(started) machines start, \(refused) are refused")
    #expect(started > Self.count / 5 && refused > Self.count / 10)
  }

  /// Source: ACPI 6.5, 5.2.25.2 and 5.2.25.3.
  private static func places(in table: Data) -> [Place] {
    func number<Value: FixedWidthInteger>(_ offset: Int, as type: Value.Type) -> Value {
      (0..<MemoryLayout<Value>.size).reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: table[offset + $1]) }
    }
    var ranges: [UInt16: (UInt64, UInt64)] = [:]
    var places: [Place] = []
    var offset = 40
    while offset < table.count {
      switch number(offset, as: UInt16.self) {
      case 0:
        ranges[number(offset + 4, as: UInt16.self)] = (
          number(offset + 32, as: UInt64.self), number(offset + 40, as: UInt64.self)
        )
      case 1:
        let slot = Int(number(offset + 4, as: UInt32.self)) - 1
        let range = ranges[number(offset + 12, as: UInt16.self)] ?? (0, 0)
        places.append(Place(slot: slot, address: range.0, size: range.1))
      default: break
      }
      offset += max(Int(number(offset + 2, as: UInt16.self)), 4)
    }
    return places
  }
}
