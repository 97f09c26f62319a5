import Basics

/// A reference for the answers and writes of the NVDIMM methods, after the text of the NVDIMM DSM Interface and of ACPI
/// 6.5, 6.5.10, only: a second implementation of `DeviceMethods` to compare it with.
struct LabelReference {
  /// The label area of an NVDIMM.
  struct Area {
    var bytes: [UInt8]
    var isReadOnly = false
  }

  /// The label areas by handle; `nil` for an NVDIMM without labels.
  var areas: [UInt32: Area?]
  /// The reference for errors and health of the same NVDIMMs.
  var conditions: ConditionReference
  var locks: [UInt32: LockReference]
  var updates: [UInt32: UpdateReference]
  /// The handles of the NVDIMMs whose region was set to zero.
  private(set) var erased: Set<UInt32> = []
  /// The answer to `_FIT`.
  let interfaceTable: [UInt8]

  private enum Status { case success, unsupported, missing, invalid, locked }

  /// Carries out `request` and returns the whole response.
  mutating func respond(to request: [UInt8]) -> [UInt8] {
    let result = result(of: request)
    var response: [UInt8] = []
    response.append(littleEndian: UInt32(result.count))
    return response + [UInt8](repeating: 0, count: 12) + result
  }

  private mutating func result(of request: [UInt8]) -> [UInt8] {
    guard request.count >= 16 else { return [] }
    let (handle, method, function) = (word(request, 0), word(request, 4), word(request, 8))
    let argument = Array(request[16...])
    switch method {
    case 0 where handle == 0: return conditions.bus(function, argument)
    case 0 where function == 0:
      guard let area = areas[handle] else { return number(0) }
      let revision = word(request, 12)
      return number(revision == 1 ? (area == nil ? 0x407 : 0x477) : revision == 2 ? 0x1fff_f001 : 0)
    case 0 where (19...28).contains(function): return lock(handle, function, argument)
    case 0 where (12...16).contains(function): return updates[handle]?.answer(function, argument) ?? dsm(.missing)
    case 0 where [1, 2, 10, 17, 18].contains(function):
      return areas[handle] == nil ? dsm(.missing) : conditions.health(handle, function, argument)
    case 0 where function == 4:
      let (status, size) = size(handle)
      guard status == .success else { return dsm(status) }
      return number(locks[handle]?.isLocked == true ? 0x1_0000 : 0) + number(size) + number(0x1_0000)
    case 0 where function == 5:
      guard areas[handle] != nil, argument.count >= 8 else { return dsm(lack(handle)) }
      let (status, bytes) = read(handle, Int(word(argument, 0)), Int(word(argument, 4)))
      return dsm(status) + bytes
    case 0 where function == 6:
      guard areas[handle] != nil, argument.count >= 8 else { return dsm(lack(handle)) }
      return dsm(write(handle, Int(word(argument, 0)), Int(word(argument, 4)), Array(argument.dropFirst(8))))
    case 0:
      return dsm(areas[handle] == nil ? .missing : .unsupported)
    case 1:
      let (status, size) = size(handle)
      return named(status) + (status == .success ? number(size) + number(0x1_0000) : number(0) + number(0))
    case 2, 3:
      guard argument.count >= 16 else { return named(.invalid) }
      // Far beyond every area, and small enough that sums do not overflow.
      let (offset, length) = (min(long(argument, 0), 1 << 60), min(long(argument, 8), 1 << 60))
      guard method == 2 else { return named(write(handle, Int(offset), Int(length), Array(argument.dropFirst(16)))) }
      let (status, bytes) = read(handle, Int(offset), Int(length))
      return named(status) + bytes
    case 4: return interfaceTable
    default: return []
    }
  }

  /// Returns the status of a call of the NVDIMM with `handle` that lacks an argument.
  private func lack(_ handle: UInt32) -> Status {
    guard let area = areas[handle] else { return .missing }
    return area == nil ? .unsupported : .invalid
  }

  private func size(_ handle: UInt32) -> (Status, UInt32) {
    guard let area = areas[handle] else { return (.missing, 0) }
    return area.map { (.success, UInt32($0.bytes.count)) } ?? (.unsupported, 0)
  }

  private func read(_ handle: UInt32, _ offset: Int, _ length: Int) -> (Status, [UInt8]) {
    guard let entry = areas[handle] else { return (.missing, []) }
    guard let area = entry else { return (.unsupported, []) }
    if locks[handle]?.isLocked == true { return (.locked, []) }
    guard length <= 0x1_0000, offset + length <= area.bytes.count else { return (.invalid, []) }
    return (.success, Array(area.bytes[offset..<offset + length]))
  }

  private mutating func write(_ handle: UInt32, _ offset: Int, _ length: Int, _ data: [UInt8]) -> Status {
    guard let entry = areas[handle] else { return .missing }
    guard var area = entry else { return .unsupported }
    if locks[handle]?.isLocked == true { return .locked }
    guard length <= 0x1_0000, offset + length <= area.bytes.count, data.count >= length else { return .invalid }
    guard length > 0 else { return .success }
    guard !area.isReadOnly else { return .unsupported }
    area.bytes.replaceSubrange(offset..<offset + length, with: data[..<length])
    areas[handle] = area
    return .success
  }

  private func dsm(_ status: Status) -> [UInt8] {
    switch status {
    case .success: number(0)
    case .unsupported: number(1)
    case .missing: number(2)
    case .invalid: number(3)
    case .locked: number(10)
    }
  }

  private func named(_ status: Status) -> [UInt8] {
    switch status {
    case .success: number(0)
    case .unsupported, .missing: number(1)
    case .invalid: number(2)
    case .locked: number(3)
    }
  }

  private mutating func lock(_ handle: UInt32, _ function: UInt32, _ argument: [UInt8]) -> [UInt8] {
    guard let answer = locks[handle]?.answer(function, argument) else { return dsm(.missing) }
    if answer.erasesRegion { erased.insert(handle) }
    if answer.erasesLabels, let area = areas[handle] ?? nil {
      areas[handle] = Area(bytes: [UInt8](repeating: 0, count: area.bytes.count), isReadOnly: area.isReadOnly)
    }
    return number(answer.status) + (answer.status == 0 ? answer.data : [])
  }

  private func long(_ bytes: [UInt8], _ offset: Int) -> UInt64 { bytes.load(UInt64.self, at: offset) }
  private func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 { bytes.load(UInt32.self, at: offset) }

  private func number(_ value: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: value)
    return bytes
  }
}
