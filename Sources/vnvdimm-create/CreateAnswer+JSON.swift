import PersistentMemory
import Storage
import SystemPackage

extension CreateAnswer: Encodable {
  private enum Keys: String, CodingKey {
    case format, path, created, preallocation, geometry, image, labels, namespaces, slot, configuration, findings
  }

  private enum GeometryKeys: String, CodingKey {
    case size, labelSize = "label_size", labelOffset = "label_offset", alignment = "align", region, gap
  }

  private enum ImageKeys: String, CodingKey { case path, size, offset }

  private enum LabelKeys: String, CodingKey { case version, slots }

  private enum ConfigurationKeys: String, CodingKey { case qemu, emulate, libvirt }

  func encode(to encoder: any Encoder) throws {
    var answer = encoder.container(keyedBy: Keys.self)
    try answer.encode(1, forKey: .format)
    try answer.encode(configuration.path, forKey: .path)
    try answer.encode(created, forKey: .created)
    try answer.encode(creation.preallocation, forKey: .preallocation)
    try answer.encode(findings, forKey: .findings)

    let geometry = backend.geometry
    var sizes = answer.nestedContainer(keyedBy: GeometryKeys.self, forKey: .geometry)
    try sizes.encode(geometry.mappedSize, forKey: .size)
    try sizes.encode(geometry.labelSize, forKey: .labelSize)
    try sizes.encode(geometry.labelOffset, forKey: .labelOffset)
    try sizes.encode(geometry.alignment, forKey: .alignment)
    try sizes.encode(geometry.regionSize, forKey: .region)
    try sizes.encode(geometry.gap, forKey: .gap)

    if let (image, offset) = creation.image {
      var copied = answer.nestedContainer(keyedBy: ImageKeys.self, forKey: .image)
      try copied.encode(image.path.string, forKey: .path)
      try copied.encode(image.size, forKey: .size)
      try copied.encode(offset, forKey: .offset)
    } else {
      try answer.encodeNil(forKey: .image)
    }

    if let contents = backend.labels {
      var labels = answer.nestedContainer(keyedBy: LabelKeys.self, forKey: .labels)
      try labels.encode(contents.rawValue, forKey: .version)
      try labels.encode(backend.slotCount, forKey: .slots)
    } else {
      try answer.encodeNil(forKey: .labels)
    }

    try answer.encode(backend.slot, forKey: .slot)
    try answer.encode(namespaceDocuments, forKey: .namespaces)

    var texts = answer.nestedContainer(keyedBy: ConfigurationKeys.self, forKey: .configuration)
    try texts.encode(configuration.qemu, forKey: .qemu)
    try texts.encode(configuration.emulate, forKey: .emulate)
    try texts.encode(configuration.libvirt, forKey: .libvirt)
  }
}
