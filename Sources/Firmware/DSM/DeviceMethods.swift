import Basics
package import PersistentMemory

/// The VMM's side of the guest's NVDIMM methods: `_DSM`, `_LSI`, `_LSR`, `_LSW` and `_FIT`.
///
/// A request is a copy of the bytes that the guest wrote to the method window; the answer is the bytes to write there:
/// see `MethodWindow` for the contract. No request can make this trap or use more than a few times
/// `MethodWindow.requestLimit` of memory; a malformed request gets a status.
///
/// The label functions of `_DSM` have QEMU's semantics (4 to 6 if there is a label area), except that a length of 0
/// succeeds, that a read-only area refuses writes with a status, and that one call moves 64 KiB. Health and media
/// errors, which QEMU lacks, are those of ACPI's root device and of the NVDIMM DSM Interface.
package struct DeviceMethods: Sendable {
  /// An NVDIMM as its methods access it.
  package struct Device: Sendable {
    let description: NVDIMMDescription
    /// The label area; `nil` if it has none.
    let labels: (any LabelStorage)?
    let media: any MediaStorage
    let condition: HeldCondition

    package init(
      _ description: NVDIMMDescription, labels: (any LabelStorage)?, media: any MediaStorage, condition: HeldCondition
    ) {
      self.description = description
      self.labels = labels
      self.media = media
      self.condition = condition
    }

    /// The guest-physical addresses of its region.
    var range: Range<UInt64> { description.base..<description.base + description.length }
  }

  /// A notification for the guest.
  package enum Notification: Equatable, Sendable {
    /// There are new media errors.
    case mediaError
    /// The health of the NVDIMM in `slot` changed.
    case health(slot: Int)
  }

  private var plugged: [UInt32: Device] = [:]
  /// The last scrub since the guest's start.
  var scrub: AddressRangeScrub?

  /// The value of `_FIT`: `NFIT.structures` of all NVDIMMs that are plugged now.
  package var interfaceTable: [UInt8]
  let notify: @Sendable (Notification) -> Void

  package init(interfaceTable: [UInt8] = [], notify: @escaping @Sendable (Notification) -> Void = { _ in }) {
    self.interfaceTable = interfaceTable
    self.notify = notify
  }

  /// Adds `device`.
  package mutating func plug(_ device: Device) { plugged[device.description.handle] = device }

  /// Returns the response to `request`: at most `MethodWindow.requestLimit` bytes.
  package mutating func handle(request: [UInt8]) -> [UInt8] {
    guard request.count >= MethodWindow.headerSize,
      let method = MethodWindow.Method(rawValue: request[MethodWindow.method])
    else { return Self.response([]) }
    let handle = request[MethodWindow.handle]
    let argument = [UInt8](request[MethodWindow.headerSize...].prefix(MethodWindow.payloadLimit))
    switch method {
    case .deviceSpecific:
      let (function, revision) = (request[MethodWindow.function], request[MethodWindow.revision])
      return Self.response(
        handle == 0
          ? busSpecific(function, argument) : deviceSpecific(handle, function: function, revision: revision, argument))
    case .labelInformation: return Self.response(labelInformation(handle))
    case .labelRead: return Self.response(labelRead(handle, argument))
    case .labelWrite: return Self.response(labelWrite(handle, argument))
    case .interfaceTable: return Self.response([UInt8](interfaceTable.prefix(MethodWindow.payloadLimit)))
    }
  }

  private static func response(_ result: [UInt8]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: MethodWindow.headerSize)
    bytes[MethodWindow.resultLength] = UInt32(result.count)
    return bytes + result
  }

  /// Returns the NVDIMM with `handle`.
  func device(_ handle: UInt32) throws(MethodRefusal) -> Device {
    guard let device = plugged[handle] else { throw MethodRefusal(.noDevice) }
    return device
  }

  /// Returns the label area of the NVDIMM with `handle`.
  func labels(of handle: UInt32) throws(MethodRefusal) -> any LabelStorage {
    guard let labels = try device(handle).labels else { throw MethodRefusal(.notSupported) }
    return labels
  }

  /// Returns the label area for reading or writing. Refused while the DIMM is locked or being erased.
  func openLabels(of handle: UInt32) throws(MethodRefusal) -> any LabelStorage {
    let labels = try labels(of: handle)
    let security = try device(handle).condition.value.security
    guard !security.isLocked else { throw MethodRefusal(.locked) }
    guard security.erasure == nil else { throw MethodRefusal(.invalidState) }
    return labels
  }

  /// Returns the NVDIMMs in `range`, in order of address, each with its part of the range.
  func devices(in range: Range<UInt64>) -> [(device: Device, part: Range<UInt64>)] {
    devices.filter { $0.range.overlaps(range) }.map { ($0, $0.range.clamped(to: range)) }
  }

  /// All NVDIMMs, in order of address.
  var devices: [Device] { plugged.values.sorted { $0.range.lowerBound < $1.range.lowerBound } }
}
