package import Basics

/// A memory device as QEMU's `query-memory-devices` reports it. Source: QEMU `qapi/machine.json`.
package struct MemoryDeviceInformation: Sendable {
  /// `nvdimm`, `dimm` or `virtio-pmem`.
  package let type: String
  package let id: String?
  /// All members of the device's type but the id, in the order in which HMP lists them.
  package let facts: [(key: String, value: JSONValue)]

  fileprivate init(_ device: MachinePrediction.Device) {
    let (option, placement) = (device.option, device.placement)
    let own: [(key: String, value: JSONValue)] = [
      ("size", JSONValue(placement.size)), ("memdev", .text("/objects/\(device.backend)")),
    ]
    type = option.kind.typeInQuery
    id = option.id
    facts =
      option.kind == .persistentMemory
      ? [("memaddr", JSONValue(placement.address))] + own
      : [("addr", JSONValue(placement.address)), ("slot", JSONValue(placement.slot)), ("node", JSONValue(option.node))]
        + own + [("hotplugged", .boolean(device.isHotplugged)), ("hotpluggable", .boolean(true))]
  }

  /// The device in QMP's form, its members in the order in which QEMU sends them.
  package var json: JSONValue {
    let id = id.map { [(key: "id", value: JSONValue.text($0))] } ?? []
    return .object([("type", .text(type)), ("data", .dictionary(facts + id))])
  }
}

extension MachinePrediction {
  /// The answer to `query-memory-devices`.
  package var memoryDevices: [MemoryDeviceInformation] { devicesByAddress.map { MemoryDeviceInformation($0) } }
}

extension JSONValue {
  /// Returns an object whose members are in the order in which QEMU sends them.
  package static func dictionary(_ members: [(key: String, value: JSONValue)]) -> JSONValue {
    .object(QEMUDictionary(members).keysInOrder.compactMap { key in members.first { $0.key == key } })
  }
}
