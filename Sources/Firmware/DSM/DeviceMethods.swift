import Basics
package import PersistentMemory

/// The VMM's side of the guest's NVDIMM methods: `_DSM`, `_LSI`, `_LSR`, `_LSW` and `_FIT`.
///
/// A request comes as a copy of what the guest put into the method window and is answered with the bytes
/// to put there: see `MethodWindow` for the contract. Nothing in a request can make this trap or take more
/// than a few times `MethodWindow.requestLimit` of memory; what it cannot understand gets a status.
///
/// Semantics of the label functions of `_DSM` as QEMU's (4 to 6 where there is a label area), except that a
/// length of 0 succeeds, that a read-only area refuses writes with a status, and that one call moves 64 KiB.
/// Health and media errors are those of ACPI's root device and of the NVDIMM DSM Interface, which QEMU has not.
package struct DeviceMethods: Sendable {
  /// An NVDIMM as its methods reach it.
  package struct Device: Sendable {
    let description: NVDIMMDescription
    /// Nil where it has no label area.
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

    /// The addresses at which the guest sees it.
    var range: Range<UInt64> { description.base..<description.base + description.length }
  }

  /// What the guest is to be told of, though it did not ask.
  package enum Notification: Equatable, Sendable {
    /// There are media errors that it does not know.
    case mediaError
    /// The health of the NVDIMM in `slot` changed.
    case health(slot: Int)
  }

  private var plugged: [UInt32: Device] = [:]
  /// What the last scrub since the guest's start found.
  var scrub: AddressRangeScrub?

  /// The value of `_FIT`: `NFIT.structures` of all that is plugged now.
  package var interfaceTable: [UInt8]
  let notify: @Sendable (Notification) -> Void

  package init(interfaceTable: [UInt8] = [], notify: @escaping @Sendable (Notification) -> Void = { _ in }) {
    self.interfaceTable = interfaceTable
    self.notify = notify
  }

  /// `device` is there from now on.
  package mutating func plug(_ device: Device) { plugged[device.description.handle] = device }

  /// The response to `request`: at most `MethodWindow.requestLimit` bytes.
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

  /// The NVDIMM with `handle`.
  func device(_ handle: UInt32) throws(MethodRefusal) -> Device {
    guard let device = plugged[handle] else { throw MethodRefusal(.noDevice) }
    return device
  }

  /// The label area of the NVDIMM with `handle`.
  func labels(of handle: UInt32) throws(MethodRefusal) -> any LabelStorage {
    guard let labels = try device(handle).labels else { throw MethodRefusal(.notSupported) }
    return labels
  }

  /// The same for whoever reads or writes them.
  func openLabels(of handle: UInt32) throws(MethodRefusal) -> any LabelStorage {
    let labels = try labels(of: handle)
    let security = try device(handle).condition.value.security
    guard !security.isLocked else { throw MethodRefusal(.locked) }
    guard security.erasure == nil else { throw MethodRefusal(.invalidState) }
    return labels
  }

  /// The NVDIMMs that lie in `range`, in the order of their addresses, each with its part of it.
  func devices(in range: Range<UInt64>) -> [(device: Device, part: Range<UInt64>)] {
    devices.filter { $0.range.overlaps(range) }.map { ($0, $0.range.clamped(to: range)) }
  }

  /// All NVDIMMs, in the order of their addresses.
  var devices: [Device] { plugged.values.sorted { $0.range.lowerBound < $1.range.lowerBound } }
}
