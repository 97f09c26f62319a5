import Basics
import Consumers
import LabelChange
import PersistentMemory
import Storage
import SystemPackage

extension CreateAnswer {
  var json: JSONValue {
    let labels: [(key: String, value: JSONValue)] = [
      ("version", JSONValue(backend.labels?.version?.rawValue)), ("label_slots", JSONValue(backend.slotCount)),
    ]
    return .object(
      [
        ("format", .format), ("path", .text(configuration.path)), ("created", .boolean(created)),
        ("preallocation", .text(creation.preallocation.rawValue)), ("image", image),
        ("file_size", JSONValue(creation.size)), ("dimm_slot", JSONValue(backend.slot)),
        ("namespaces", JSONValue(backend.provisioning?.namespaces ?? []) { $0.json(isNamed: created) }),
        ("media_errors", backend.condition.errors.json), ("configuration", configurationJSON),
        ("findings", JSONValue(findings) { $0.json(about: configuration.path) }),
      ] + backend.geometry.members(labels: labels))
  }

  private var image: JSONValue {
    guard let (image, offset) = creation.image else { return .null }
    return .object([
      ("path", .text(image.path.string)), ("size", JSONValue(image.size)), ("offset", JSONValue(offset)),
    ])
  }

  private var configurationJSON: JSONValue {
    if let consumer = configuration.consumer, let lines = configuration.lines {
      return .object([("program", .text(consumer.consumer.name)), ("lines", JSONValue(lines) { .text($0) })])
    }
    return .object([
      ("qemu", JSONValue(configuration.qemu) { .text($0) }),
      ("emulate", JSONValue(configuration.emulate) { .text($0) }),
      ("libvirt", configuration.libvirt.map { JSONValue($0.parts) { .text($0) } } ?? .null),
    ])
  }
}

extension PlannedNamespace {
  /// The namespace with the names that `ndctl list` and `ndctl read-labels` use; what does not apply is left out.
  ///
  /// `isNamed`: whether uuids that were not given are settled. Those of a plan are drawn anew by the next run.
  fileprivate func json(isNamed: Bool) -> JSONValue {
    let isMapped = mode.superblock != nil
    let device = JSONValue.text(device())
    let given = specification.uuid?.lowercased
    return JSONValue(present: [
      ("dev", .text(name())), ("mode", .text(mode.rawValue)), ("map", isMapped ? .text(specification.map.name) : nil),
      ("name", specification.name.isEmpty ? nil : .text(specification.name)), ("size", JSONValue(size)),
      ("uuid", (isNamed ? uuid.lowercased : given).map { .text($0) }),
      ("raw_uuid", (isNamed ? labelUUID.lowercased : given).map { .text($0) }),
      ("sector_size", mode == .devdax ? nil : JSONValue(specification.sectorSize)),
      ("align", isMapped ? JSONValue(specification.alignment) : nil), ("blockdev", mode == .devdax ? nil : device),
      ("chardev", mode == .devdax ? device : nil), ("dpa", JSONValue(dpa)), ("rawsize", JSONValue(rawSize)),
      ("data_offset", dataOffset.map { JSONValue($0) }),
    ])
  }
}
