import Basics
import PersistentMemory

/// The VMM's side of the guest's NVDIMM methods: `_DSM`, `_LSI`, `_LSR`, `_LSW` and `_FIT`.
///
/// A request comes as a copy of what the guest put into the label window and is answered with the bytes
/// to put there: see `LabelWindow` for the contract. Nothing in a request can make this trap or take more
/// than a few times `LabelWindow.requestLimit` of memory; what it cannot understand gets a status.
///
/// Semantics of `_DSM` as QEMU's (function 0, and 4 to 6 where there is a label area), except that a
/// length of 0 succeeds, that a read-only area refuses writes with a status, and that one call moves 64 KiB.
package struct LabelMethods: Sendable {
  private struct Plugged: Sendable {
    let labels: (any LabelStorage)?
  }

  private var plugged: [UInt32: Plugged] = [:]

  /// The value of `_FIT`: `NFIT.structures` of all that is plugged now.
  package var interfaceTable: [UInt8]

  package init(interfaceTable: [UInt8] = []) { self.interfaceTable = interfaceTable }

  /// An NVDIMM is in `slot` from now on; `labels` is nil where it has no label area.
  package mutating func plug(slot: Int, labels: (any LabelStorage)?) {
    plugged[NVDIMMDescription.handle(slot: slot)] = Plugged(labels: labels)
  }

  /// The response to `request`: at most `LabelWindow.requestLimit` bytes.
  package func handle(request: [UInt8]) -> [UInt8] {
    guard request.count >= LabelWindow.headerSize,
      let method = LabelWindow.Method(rawValue: request[LabelWindow.method])
    else { return Self.response([]) }
    let handle = request[LabelWindow.handle]
    let argument = [UInt8](request[LabelWindow.headerSize...].prefix(LabelWindow.payloadLimit))
    switch method {
    case .deviceSpecific:
      return Self.response(deviceSpecific(handle, function: request[LabelWindow.function], argument))
    case .labelInformation: return Self.response(labelInformation(handle))
    case .labelRead: return Self.response(labelRead(handle, argument))
    case .labelWrite: return Self.response(labelWrite(handle, argument))
    case .interfaceTable: return Self.response([UInt8](interfaceTable.prefix(LabelWindow.payloadLimit)))
    }
  }

  private static func response(_ result: [UInt8]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: LabelWindow.headerSize)
    bytes[LabelWindow.resultLength] = UInt32(result.count)
    return bytes + result
  }

  /// The label area of the device with `handle`.
  func labels(of handle: UInt32) throws(LabelRefusal) -> any LabelStorage {
    guard let device = plugged[handle] else { throw LabelRefusal(.noDevice) }
    guard let labels = device.labels else { throw LabelRefusal(.notSupported) }
    return labels
  }
}
