import Basics

/// A reference for the functions for media errors and for health, after the text of ACPI 6.5, 9.19.7, and of the NVDIMM
/// DSM Interface 2.0. It keeps each line separately, not ranges.
struct ConditionReference {
  struct DIMM {
    let base: UInt64
    /// The number of lines of 256 bytes.
    let count: Int
    var isReadOnly = false
    var bad: Set<Int> = []
    /// Alarm control, spares, media and controller temperature.
    var thresholds: [UInt8] = [7, 0, 10, 0x20, 5, 0x20, 6]
    var injectedTemperature: UInt16?
    var injectedSpares: UInt8?
    var isFatal = false
    var shutdowns: UInt32 = 0
    var isDirty = false

    var end: UInt64 { base + UInt64(count) * 256 }
  }

  var dimms: [UInt32: DIMM]
  /// The range, its type, and the errors found: handle, start and end.
  private var scrub: (start: UInt64, end: UInt64, type: UInt16, found: [(UInt32, UInt64, UInt64)])?

  init(_ dimms: [UInt32: DIMM]) { self.dimms = dimms }

  /// Returns the runs of bad lines, ascending by address: handle, start, end.
  private func runs(from start: UInt64, to end: UInt64) -> [(UInt32, UInt64, UInt64)] {
    var runs: [(UInt32, UInt64, UInt64)] = []
    for (handle, dimm) in dimms.sorted(by: { $0.value.base < $1.value.base }) {
      for line in dimm.bad.sorted() {
        let from = max(dimm.base + UInt64(line) * 256, start)
        let to = min(dimm.base + UInt64(line + 1) * 256, end)
        guard from < to else { continue }
        if let last = runs.last, last.0 == handle, last.2 == from {
          runs[runs.count - 1].2 = to
        } else {
          runs.append((handle, from, to))
        }
      }
    }
    return runs
  }

  mutating func bus(_ function: UInt32, _ argument: [UInt8]) -> [UInt8] {
    let invalid = word(2)
    switch function {
    case 0: return word(0x3bf)
    case 3: return scrubStatus
    case 5:
      guard argument.count >= 8 else { return invalid }
      let address: UInt64 = argument.load(at: 0)
      guard let (handle, dimm) = dimms.first(where: { ($0.value.base..<$0.value.end).contains(address) }) else {
        return invalid
      }
      return word(0) + word(0) + long(dimm.end - address) + word(1) + word(handle) + word(0)
        + long(address - dimm.base)
    case 9:
      let runs = runs(from: 0, to: .max)
      return word(0) + word(UInt32(runs.count)) + runs.flatMap { long($0.1) + long($0.2 - $0.1) }
    case 1, 2, 4, 7, 8: break
    default: return word(1)
    }
    guard argument.count >= 16 else { return invalid }
    let (start, length): (UInt64, UInt64) = (argument.load(at: 0), argument.load(at: 8))
    guard length > 0, start <= .max - length else { return invalid }
    let end = start + length
    let touched = dimms.filter { $0.value.base < end && start < $0.value.end }
    guard !touched.isEmpty else { return invalid }
    switch function {
    case 1: return word(0x2_0000) + word(48 + 168 * 24) + word(256) + word(0)
    case 2:
      guard argument.count >= 24, argument.load(UInt16.self, at: 16) == 2 else { return invalid }
      scrub = (start, end, 2, runs(from: start, to: end))
      return word(0) + word(0)
    case 4:
      guard start % 256 == 0, length % 256 == 0, let (handle, dimm) = touched.first, touched.count == 1,
        start >= dimm.base, end <= dimm.end
      else { return invalid }
      let lines = Set(Int((start - dimm.base) / 256)..<Int((end - dimm.base) / 256))
      if dimm.isReadOnly, !dimm.bad.isDisjoint(with: lines) { return word(1) }
      dimms[handle]?.bad.subtract(lines)
      return word(0) + word(0) + long(length)
    default:
      if function == 7, argument.count < 17 { return invalid }
      for (handle, dimm) in touched {
        let lines = (0..<dimm.count).filter { line in
          let address = dimm.base + UInt64(line) * 256
          return address < end && start < address + 256
        }
        if function == 7 { dimms[handle]?.bad.formUnion(lines) } else { dimms[handle]?.bad.subtract(lines) }
      }
      return word(0)
    }
  }

  private var scrubStatus: [UInt8] {
    guard let scrub else { return word(2 << 16) + word(44) + [UInt8](repeating: 0, count: 40) }
    let found = scrub.found.prefix(168)
    let isWhole = found.count == scrub.found.count
    let end = isWhole ? scrub.end : scrub.found[168].1
    return word(isWhole ? 0 : 3 << 16) + word(UInt32(44 + 24 * found.count)) + long(scrub.start)
      + long(end - scrub.start) + long(isWhole ? 0 : end) + long(scrub.end - end)
      + word(UInt32(scrub.type) | (isWhole ? 0 : 1 << 16)) + word(UInt32(found.count))
      + found.flatMap { word($0.0) + word(0) + long($0.1) + long($0.2 - $0.1) }
  }

  mutating func health(_ handle: UInt32, _ function: UInt32, _ argument: [UInt8]) -> [UInt8] {
    guard var dimm = dimms[handle] else { return word(2) }
    switch function {
    case 1: return word(0) + smart(of: dimm)
    case 2: return word(0) + dimm.thresholds + [0]
    case 10: return word(argument.first.map { $0 <= 1 } == true ? 0 : 3)
    case 17:
      guard argument.count >= 7, argument[0] <= 7, argument[1] == 0 else { return word(3) }
      dimm.thresholds = Array(argument.prefix(7))
    default:
      guard argument.count >= 15, argument[0] <= 15, argument[1..<8].allSatisfy({ $0 == 0 }) else { return word(3) }
      if argument[0] & 1 != 0 { dimm.injectedTemperature = argument[8] == 0 ? nil : argument.load(at: 9) }
      if argument[0] & 2 != 0 { dimm.injectedSpares = argument[11] == 0 ? nil : argument[12] }
      if argument[0] & 4 != 0 { dimm.isFatal = argument[13] != 0 }
      if argument[0] & 8 != 0 {
        dimm.isDirty = argument[14] != 0
        if dimm.isDirty { dimm.shutdowns += 1 }
      }
    }
    dimms[handle] = dimm
    return word(0)
  }

  private func smart(of dimm: DIMM) -> [UInt8] {
    let (temperature, spares) = (dimm.injectedTemperature ?? 25 * 16, dimm.injectedSpares ?? 100)
    var alarms: UInt8 = 0
    if spares <= dimm.thresholds[2] { alarms |= 1 }
    if temperature >= dimm.thresholds.load(UInt16.self, at: 3) { alarms |= 2 }
    if 30 * 16 >= dimm.thresholds.load(UInt16.self, at: 5) { alarms |= 4 }
    return word(0x63f) + word(0) + [dimm.isFatal ? 4 : 0, spares, 0, alarms & dimm.thresholds[0]]
      + word(UInt32(temperature) | 30 * 16 << 16) + word(dimm.shutdowns) + [UInt8](repeating: 0, count: 11)
      + [dimm.isDirty ? 1 : 0] + [UInt8](repeating: 0, count: 96)
  }

  private func word(_ value: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: value)
    return bytes
  }

  private func long(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: value)
    return bytes
  }
}
