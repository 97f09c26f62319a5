import Basics
import LabelChange
import PersistentMemory
import Report
import Storage
import SystemPackage

extension CreateAnswer {
  var json: JSONValue {
    let labels: [(key: String, value: JSONValue)] = [
      ("version", JSONValue(backend.labels?.version?.rawValue)), ("label_slots", JSONValue(backend.slotCount)),
    ]
    return .object(
      [
        ("format", .format), ("path", .text(configuration.devices[0].path)), ("created", .boolean(created)),
        ("preallocation", .text(creation.preallocation.rawValue)), ("image", image),
        ("file_size", JSONValue(creation.size)), ("dimm_slot", JSONValue(backend.slot)),
        ("namespaces", JSONValue(backend.provisioning?.namespaces ?? []) { $0.json(isNamed: created) }),
        ("media_errors", backend.condition.errors.json), ("configuration", configuration.json),
        ("findings", JSONValue(findings) { $0.json(about: configuration.devices[0].path) }),
      ] + backend.geometry.members(labels: labels))
  }

  private var image: JSONValue {
    guard let (image, offset) = creation.image else { return .null }
    return .object([
      ("path", .text(image.path.string)), ("size", JSONValue(image.size)), ("offset", JSONValue(offset)),
    ])
  }
}

extension PlannedNamespace {
  /// Returns the namespace with the names that `ndctl list` and `ndctl read-labels` use; what does not apply is left
  /// out.
  ///
  /// `isNamed` says whether uuids that were not given are final. Those of a plan are drawn anew by the next run.
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
