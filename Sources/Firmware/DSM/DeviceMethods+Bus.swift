import Basics
import PersistentMemory

/// The functions of `_DSM` of the NVDIMM root device, which concern the media errors of all NVDIMMs, in the guest's
/// addresses.
///
/// Source: ACPI 6.5, 9.19.7 (NVDIMM Root Device _DSMs).
extension DeviceMethods {
  private enum BusFunction: UInt32, CaseIterable {
    case query = 0
    case scrubCapabilities = 1
    case startScrub = 2
    case scrubStatus = 3
    case clearErrors = 4
    case translate = 5
    case injectErrors = 7
    case removeErrors = 8
    case injectedErrors = 9
  }

  /// The bitmap that answers a query.
  static let busFunctions = BusFunction.allCases.reduce(UInt32(0)) { $0 | 1 << $1.rawValue }

  /// Persistent memory: the type of memory to scrub, and the flag that it can be scrubbed (extended status of ARS
  /// capabilities).
  private static let persistent: UInt16 = 2

  /// Returns the result of `_DSM` of the root device.
  mutating func busSpecific(_ function: UInt32, _ argument: [UInt8]) -> [UInt8] {
    do throws(MethodRefusal) {
      guard let name = BusFunction(rawValue: function) else { throw MethodRefusal(.notSupported) }
      switch name {
      case .query: return Self.bytes(Self.busFunctions)
      // Its status includes more information.
      case .scrubStatus: return scrub?.status ?? AddressRangeScrub.none
      case .scrubCapabilities: return try scrubCapabilities(argument)
      case .startScrub: try startScrub(argument)
      case .clearErrors: return try clearErrors(argument)
      case .translate: return try translate(argument)
      case .injectErrors: try injectErrors(argument)
      case .removeErrors: try removeErrors(argument)
      case .injectedErrors: return injectedErrors
      }
      // Start ARS also returns the seconds that it takes.
      return Self.bytes(MethodStatus.success.busSpecific) + (name == .startScrub ? Self.bytes(0) : [])
    } catch {
      return Self.bytes(error.status.busSpecific)
    }
  }

  /// Returns the address range at the start of `argument`, and the parts of NVDIMMs in it. Refused if there are none.
  private func target(
    _ argument: [UInt8]
  ) throws(MethodRefusal) -> (range: Range<UInt64>, parts: [(device: Device, part: Range<UInt64>)]) {
    guard argument.count >= 16 else { throw MethodRefusal(.invalid) }
    let (address, length): (UInt64, UInt64) = (argument.load(at: 0), argument.load(at: 8))
    let (end, overflow) = address.addingReportingOverflow(length)
    guard length > 0, !overflow else { throw MethodRefusal(.invalid) }
    let parts = devices(in: address..<end)
    guard !parts.isEmpty else { throw MethodRefusal(.invalid) }
    return (address..<end, parts)
  }

  private func scrubCapabilities(_ argument: [UInt8]) throws(MethodRefusal) -> [UInt8] {
    _ = try target(argument)
    return Self.bytes(
      UInt32(Self.persistent) << 16, UInt32(AddressRangeScrub.statusLimit), UInt32(MediaErrors.lineSize), 0)
  }

  private mutating func startScrub(_ argument: [UInt8]) throws(MethodRefusal) {
    let (range, parts) = try target(argument)
    // After the range: the type of memory, and flags. A scrub takes no time, so even a request for the results of the
    // last one gets a new one.
    guard argument.count >= 24 else { throw MethodRefusal(.invalid) }
    let type = argument.load(UInt16.self, at: 16)
    guard type == Self.persistent else { throw MethodRefusal(.invalid) }
    scrub = AddressRangeScrub(range, type: type, errors: parts.flatMap { $0.device.errors(in: $0.part) })
  }

  /// Clears whole lines: they can be read again, and are zero.
  private func clearErrors(_ argument: [UInt8]) throws(MethodRefusal) -> [UInt8] {
    let (range, parts) = try target(argument)
    guard range == MediaErrors.lines(of: range), parts.count == 1, parts[0].part == range else {
      throw MethodRefusal(.invalid)
    }
    let device = parts[0].device
    let lines = device.addresses(range)
    for line in device.condition.value.errors.within(lines) {
      do throws(StorageFailure) { try device.media.erase(line) } catch { throw MethodRefusal(MethodStatus(error)) }
    }
    guard try device.change({ $0.errors.remove(lines) }) else { throw MethodRefusal(.noResources) }
    return Self.bytes(MethodStatus.success.busSpecific, 0) + Self.numbers(range.upperBound - range.lowerBound)
  }

  private func translate(_ argument: [UInt8]) throws(MethodRefusal) -> [UInt8] {
    guard argument.count >= 8 else { throw MethodRefusal(.invalid) }
    let address = argument.load(UInt64.self, at: 0)
    guard address < .max, let device = devices(in: address..<address + 1).first?.device else {
      throw MethodRefusal(.invalid)
    }
    // Status, flags, the number of bytes from there for which the answer holds; then one device, by handle and DPA.
    return Self.bytes(MethodStatus.success.busSpecific, 0) + Self.numbers(device.range.upperBound - address)
      + Self.bytes(1, device.description.handle, 0) + Self.numbers(address - device.range.lowerBound)
  }

  private func injectErrors(_ argument: [UInt8]) throws(MethodRefusal) {
    let (_, parts) = try target(argument)
    guard argument.count >= 17 else { throw MethodRefusal(.invalid) }
    for (device, part) in parts {
      let lines = device.addresses(part)
      guard try device.change({ $0.errors.insert(lines) }) else { throw MethodRefusal(.noResources) }
    }
    if argument[16] & 1 != 0 { notify(.mediaError) }
  }

  private func removeErrors(_ argument: [UInt8]) throws(MethodRefusal) {
    for (device, part) in try target(argument).parts {
      let lines = device.addresses(part)
      guard try device.change({ $0.errors.remove(lines) }) else { throw MethodRefusal(.noResources) }
    }
  }

  /// Status and number of all errors, then address and length of each, as many as fit into one response.
  private var injectedErrors: [UInt8] {
    let records = devices.flatMap { $0.errors(in: $0.range) }.prefix((MethodWindow.payloadLimit - 8) / 16)
    return Self.bytes(MethodStatus.success.busSpecific, UInt32(records.count))
      + records.flatMap { Self.numbers($0.range.lowerBound, $0.range.upperBound - $0.range.lowerBound) }
  }

  static func numbers(_ numbers: UInt64...) -> [UInt8] {
    var bytes: [UInt8] = []
    for number in numbers { bytes.append(littleEndian: number) }
    return bytes
  }
}

extension DeviceMethods.Device {
  /// Converts `range`, in the guest's addresses, to DPAs; it must lie within the device.
  fileprivate func addresses(_ range: Range<UInt64>) -> Range<UInt64> {
    range.lowerBound - description.base..<range.upperBound - description.base
  }

  /// Returns the media errors in `part` of the device's addresses.
  fileprivate func errors(in part: Range<UInt64>) -> [AddressRangeScrub.Record] {
    condition.value.errors.within(addresses(part)).map { range in
      AddressRangeScrub.Record(
        handle: description.handle,
        range: range.lowerBound + description.base..<range.upperBound + description.base)
    }
  }
}
