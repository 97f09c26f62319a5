extension OracleMaker {
  /// Returns a spelling of the size: one with exactly the same value, or one that is not a size.
  mutating func spelling(ofSize size: UInt64) -> String {
    let units: [(name: String, bits: UInt64)] = [("k", 10), ("M", 20), ("m", 20), ("G", 30), ("T", 40), ("B", 0)]
    let unit = pick(units)
    switch pick(["hexadecimal", "unit", "fraction", "leading", "digits"]) {
    case "hexadecimal": return pick(["0x", "0X"]) + String(size, radix: 16)
    case "unit" where size % (1 << unit.bits) == 0: return "\(size >> unit.bits)\(unit.name)"
    case "fraction" where unit.bits > 0 && size % (1 << (unit.bits - 4)) == 0:
      // Sixteenths are exact in four digits.
      let sixteenths = size >> (unit.bits - 4)
      let digits = String(10_000 + sixteenths % 16 * 625).dropFirst()
      return "\(sixteenths / 16).\(digits)\(unit.name)"
    case "leading" where isOdd(): return pick(["+", " ", "0", "-", "1e", "."]) + String(size)
    default: return String(size)
    }
  }

  /// Returns mostly `json` itself, otherwise a version in QEMU's dialect or with a mistake.
  mutating func misspelt(_ json: String) -> String {
    guard isOdd() else { return json }
    return switch pick(["quotes", "comma", "twice", "short", "long", "real"]) {
    case "quotes": json.replacing("\"", with: "'")
    case "comma": String(json.dropLast()) + ",}"
    case "twice": String(json.dropLast()) + ", \"id\": \"twice\"}"
    case "short": String(json.dropLast(Int.random(in: 1...9, using: &generator)))
    case "long": json + pick([" ", "}", "x", " {}", "#"])
    default: json.replacing(": 67108864", with: ": 67108864.0").replacing(": 131072", with: ": 1.31072e5")
    }
  }

  /// Returns `options`, some of them moved to another place from which QEMU reads them.
  mutating func moved(_ options: [[String]]) -> [[String]] {
    guard chance(0.12) else { return options }
    var lines: [String] = []
    var rest: [[String]] = []
    for option in options {
      guard option.count == 2, let group = Self.groups[option[0]], chance(0.5), !option[1].contains("{"),
        let section = section(group, option[1])
      else {
        rest.append(option)
        continue
      }
      lines += section
    }
    guard !lines.isEmpty else { return options }
    if isOdd() { lines.append(pick(["[bogus]", " x", " a = \"b\"", "# nothing", "", "[device \"nv1\"]"])) }
    test.files["c.cfg"] = .text(lines.map { $0 + "\n" }.joined())
    return rest + [["-readconfig", isOdd() ? "no.cfg" : "c.cfg"]]
  }

  private static let groups = ["-object": "object", "-device": "device", "-m": "memory"]

  /// Returns the equivalent lines of a configuration file, or `nil` if it cannot express them.
  private mutating func section(_ group: String, _ text: String) -> [String]? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let implied = ["object": "qom-type", "device": "driver", "memory": "size"][group] ?? ""
    var id: String?
    var lines: [String] = []
    for (index, part) in parts.enumerated() {
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard halves.count == 2 || index == 0, !part.isEmpty, !part.contains("\"") else { return nil }
      let (key, value) = halves.count == 2 ? (halves[0], halves[1]) : (implied, halves[0])
      if key == "id", group != "memory" { id = value } else { lines.append(" \(key) = \"\(value)\"") }
    }
    return ["[\(group)" + (id.map { " \"\($0)\"" } ?? "") + "]"] + lines
  }
}
