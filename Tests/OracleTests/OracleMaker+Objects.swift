import Basics
import QEMU
import Foundation
import TestSupport

extension OracleMaker {
  /// Returns the options of backend number `index`, and may create its file.
  mutating func object(_ index: Int) -> [String] {
    let type = pick([
      "memory-backend-file", "memory-backend-file", "memory-backend-file", "memory-backend-file", "memory-backend-ram",
      chance(0.3) ? "memory-backend-memfd" : "memory-backend-file",
      chance(0.1) ? "memory-backend-shm" : "memory-backend-file",
    ])
    let size = bytes()
    var properties: [(key: String, value: String)] = [
      ("id", isOdd() ? pick(["mem1", "1mem", "nv1", "", " x", "ram0"]) : "mem\(index + 1)")
    ]
    if type == "memory-backend-file" { properties.append(("mem-path", path(index, size: size))) }
    properties.append(("size", isOdd() ? pick(Self.oddSizes) : text(ofSize: size)))
    if chance(0.8) { properties.append(("share", boolean())) }
    if type == "memory-backend-file" { properties += fileProperties() }
    if type == "memory-backend-memfd", chance(0.3) {
      properties.append(
        pick([("seal", "on"), ("seal", "off"), ("hugetlb", "off"), ("hugetlbsize", "0"), ("seal", "x")]))
    }
    if chance(0.04) || isOdd() { properties.append((pick(["prealloc", "reserve", "merge", "dump"]), boolean())) }
    if isOdd() {
      let key = pick([
        "policy", "host-nodes", "prealloc-threads", "foo", "rom", "offset", "x-use-canonical-path-for-ramblock-id",
      ])
      properties.append((key, pick(["bind", "default", "0", "1", "on", "4096", "1K"])))
    }
    if isOdd() {
      let unknown = [
        "mempath", "Share", "sizes", "read-only", "foo", "zz", "bar", "pmemm", "label-size", "a", "b", "c",
        "prealloc-thread",
      ].shuffled(
        using: &generator)
      properties += unknown.prefix(pick([2, 3, 7])).map { ($0, "1") }
    }
    if isOdd() { properties.removeFirst() }
    if isOdd(), let first = properties.randomElement(using: &generator) { properties.append(first) }
    properties.shuffle(using: &generator)
    if writesJSON(since: QEMURelease(6, 0)) {
      return ["-object", misspelt(json("qom-type", type, properties))]
    }
    let name = chance(0.9) ? type : "qom-type=" + type
    let flag = isOdd() ? pick([",share", ",noshare", ",", ",,", ",=", ",help=1"]) : ""
    return ["-object", name + properties.map { ",\($0)=\($1.replacing(",", with: ",,"))" }.joined() + flag]
  }

  private mutating func fileProperties() -> [(key: String, value: String)] {
    var properties: [(key: String, value: String)] = []
    if chance(0.15) {
      let odd = ["3", "3M", "100", "x", "1025", "0x3000", "1K", "0x1000M"]
      properties.append(
        ("align", isOdd() ? pick(odd) : pick(["0", architecture == .ppc64 ? "64K" : "4K", "64K", "2M", "1G", "8G"])))
    }
    if chance(0.1) {
      properties.append(("readonly", boolean()))
      isReadOnly = true
    }
    if chance(0.05) { properties.append(("pmem", boolean())) }
    if chance(0.05) { properties.append(("discard-data", boolean())) }
    return properties
  }

  private static let oddSizes = [
    "8E", "0x10M", "18446744073709551615", "0x", "4K", "2M",
    "0", "-1", "abc", "64X", "1.5M", "0x200000", "010", "16E", "", "1e6", " 4M", "+4M", "99999999999999999999",
    "4194304B", "1.5", "1K", "1",
  ]

  private mutating func bytes() -> UInt64 {
    // POWER's NVDIMMs are made of 256 MiB.
    if architecture == .ppc64, !isOdd() { return pick([1, 1, 2]) << 28 + 256 << 10 }
    let units: [UInt64] = [1 << 20, 1 << 21, 1 << 26, 1 << 26, chance(0.2) ? 1 << 12 : 1 << 22, 1 << 18]
    let offset: Int64 = chance(0.15) ? pick([4096, 1, -1, -4096]) : 0
    return UInt64(Int64(pick(units) * pick([1, 1, 2, 3, 5])) + offset)
  }

  private mutating func text(ofSize size: UInt64) -> String {
    if chance(0.15) { return spelling(ofSize: size) }
    if size.isMultiple(of: 1 << 20), chance(0.7) { return "\(size >> 20)M" }
    if size.isMultiple(of: 1 << 10), chance(0.3) { return "\(size >> 10)K" }
    return String(size)
  }

  mutating func boolean() -> String {
    isOdd() ? pick(["yes", "no", "true", "n", "On", "1", ""]) : pick(["on", "on", "off"])
  }

  private static let oddPaths = [
    "link", "loop", "far", "dir/", "dir/.", "nv0.img/", "./nv0.img", "nv1.img/x",
  ]

  /// Returns a path, at which there may be a file in any state.
  private mutating func path(_ index: Int, size: UInt64) -> String {
    if isOdd() { return pick(["dir", "fifo", "zero", "null", "no/such", "", "a,b.img", "nv0.img"] + Self.oddPaths) }
    let name = chance(0.05) ? "nv0.img" : "nv\(index).img"
    guard test.files[name] == nil else { return name }
    switch pick(["exact", "exact", "exact", "exact", "missing", "empty", "larger", isOdd() ? "smaller" : "exact"]) {
    case "exact": test.files[name] = .length(size)
    case "empty": test.files[name] = .length(0)
    case "larger": test.files[name] = .length(size + pick([1, 4096, 1 << 20]))
    case "smaller": test.files[name] = .length(size > 4096 ? size - pick([1, 4096]) : 1)
    default: break
    }
    return name
  }

  /// Returns whether to write the option as JSON, which QEMU reads since `first`.
  mutating func writesJSON(since first: QEMURelease) -> Bool { chance(release < first ? 0.01 : 0.15) }

  /// Returns the option as JSON, mostly with numbers and booleans as such.
  mutating func json(_ kindKey: String, _ kind: String, _ properties: [(key: String, value: String)]) -> String {
    var members = ["\"\(kindKey)\": \"\(kind)\""]
    var keys: Set<String> = []
    for (key, value) in properties where keys.insert(key).inserted {
      let number = UInt64(value) ?? (value.hasPrefix("0x") ? UInt64(value.dropFirst(2), radix: 16) : nil)
      let isText = ["id", "mem-path", "memdev", "uuid", "foo", "policy"].contains(key) || isOdd()
      let literal: String? =
        isText ? nil : number.map { String($0) } ?? (value == "on" ? "true" : value == "off" ? "false" : nil)
      members.append("\"\(key)\": " + (literal ?? "\"\(value)\""))
    }
    return "{" + members.joined(separator: ", ") + "}"
  }
}
