import Basics

extension QEMUCommand {
  /// The image file of a disk, which QEMU opens while it starts.
  struct Image: Sendable {
    let location: QEMULocation
    var path: String
    /// Whether QEMU opens the file for reading and writing at once, whatever it is.
    var isOpenedForWriting = false
  }

  /// Notes the image that an option such as `-hda` names, or an argument without a dash. A comma in the name is part of
  /// it.
  mutating func addImage(named name: String, at location: QEMULocation) {
    if let path = Self.localPath(name) { drives.append(Image(location: location, path: path)) }
  }

  /// Notes the image that the options of `-drive` name, if a driver for local files opens it.
  mutating func addImage(_ list: OptionList, at location: QEMULocation) {
    let driver = list["format"] ?? list["driver"] ?? list["file.driver"]
    guard driver.map({ Self.fileDrivers.contains($0) || Self.formats.contains($0) }) ?? true else { return }
    if let path = list["file"].flatMap(Self.localPath) ?? list["file.filename"] {
      drives.append(Image(location: location, path: path))
    }
  }

  /// Notes the images that `-blockdev` names. A value that QEMU may not accept is passed over.
  mutating func addBlockDevice(_ option: Option) {
    var node = QEMUDictionary()
    if option.value.hasPrefix("{") {
      guard let parsed = try? QEMUDictionary(json: option.value) else { return }
      node = parsed
    } else {
      guard (try? node.merge(keyval: option.value, impliedKey: "driver")) == false else { return }
    }
    blockDevices += Self.files(of: node).map {
      Image(location: option.location, path: $0.path, isOpenedForWriting: $0.isOpenedForWriting)
    }
  }

  /// Returns the files that the node and the nodes below it open, in QEMU's order: first the file of an image, then
  /// what the image refers to.
  private static func files(of node: QEMUDictionary) -> [(path: String, isOpenedForWriting: Bool)] {
    if let driver = node["driver"]?.text, fileDrivers.contains(driver), let path = node["filename"]?.text {
      let mayOnlyRead = node["read-only"] != nil || node["auto-read-only"] != nil
      return [(path, isOpenedForWriting: !mayOnlyRead)]
    }
    let keys = node.keys.filter { $0 == "file" } + node.keys.filter { $0 != "file" }
    return keys.flatMap { key in node[key]?.members.map { files(of: QEMUDictionary($0)) } ?? [] }
  }

  /// Returns the path that the name of an image means; `nil` if it names a protocol: `nbd:unix:/run/socket`, or nothing.
  ///
  /// Source: QEMU `block.c`, `path_has_protocol`.
  private static func localPath(_ name: String) -> String? {
    let path = name.hasPrefix("file:") ? String(name.dropFirst("file:".count)) : name
    guard path == name else { return path }
    let protocolEnd = name.firstIndex { $0 == ":" || $0 == "/" }
    guard !name.isEmpty, protocolEnd.map({ name[$0] == "/" }) ?? true, !name.hasPrefix("/dev/fdset/") else {
      return nil
    }
    return name
  }

  private static let fileDrivers: Set<String> = ["file", "host_device", "host_cdrom"]
  /// The formats of images in files.
  private static let formats: Set<String> = [
    "raw", "qcow", "qcow2", "qed", "vdi", "vhdx", "vmdk", "vpc", "luks", "parallels", "dmg", "cloop", "bochs",
  ]
}

extension QEMUCommand {
  /// Replaces the path of each file that the start opens with the one it leads to. A firmware keeps its name, because
  /// QEMU also looks for it in folders of its own.
  package mutating func findFiles(at paths: (String) -> String) {
    for index in objects.indices {
      guard case .file(let path)? = objects[index].backend?.backend.storage else { continue }
      objects[index].backend?.backend.storage = .file(path: paths(path))
    }
    for index in blockDevices.indices { blockDevices[index].path = paths(blockDevices[index].path) }
    for index in drives.indices { drives[index].path = paths(drives[index].path) }
    for option in ["kernel", "dtb"] {
      if let path = machine[option]?.text { machine[option] = .text(paths(path)) }
    }
    // A list of multiboot modules has spaces or commas, and is not looked for.
    if let path = machine["initrd"]?.text, !path.contains(where: { ", ".contains($0) }) {
      machine["initrd"] = .text(paths(path))
    }
  }
}
