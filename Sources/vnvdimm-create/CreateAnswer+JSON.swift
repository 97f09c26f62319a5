import Basics
import PersistentMemory
import Storage
import SystemPackage

extension CreateAnswer {
  var json: JSONValue {
    .object([
      ("format", .format), ("path", .text(configuration.path)), ("created", .boolean(created)),
      ("preallocation", .text(creation.preallocation.rawValue)), ("geometry", geometry), ("image", image),
      ("labels", labels), ("slot", JSONValue(backend.slot)), ("namespaces", JSONValue(namespaceDocuments, \.json)),
      ("configuration", configurationJSON), ("findings", JSONValue(findings) { $0.json(about: configuration.path) }),
    ])
  }

  private var geometry: JSONValue {
    let geometry = backend.geometry
    return .object([
      ("size", JSONValue(geometry.mappedSize)), ("label_size", JSONValue(geometry.labelSize)),
      ("label_offset", JSONValue(geometry.labelOffset)), ("align", JSONValue(geometry.alignment)),
      ("region", JSONValue(geometry.regionSize)), ("gap", JSONValue(geometry.gap)),
    ])
  }

  private var image: JSONValue {
    guard let (image, offset) = creation.image else { return .null }
    return .object([
      ("path", .text(image.path.string)), ("size", JSONValue(image.size)), ("offset", JSONValue(offset)),
    ])
  }

  private var labels: JSONValue {
    guard let contents = backend.labels else { return .null }
    return .object([("version", .text(contents.rawValue)), ("slots", JSONValue(backend.slotCount))])
  }

  private var configurationJSON: JSONValue {
    .object([
      ("qemu", JSONValue(configuration.qemu) { .text($0) }),
      ("emulate", JSONValue(configuration.emulate) { .text($0) }),
      ("libvirt", JSONValue(configuration.libvirt)),
    ])
  }
}
