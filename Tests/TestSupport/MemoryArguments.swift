import Foundation

/// The parts of a command line that concern memory, in a comparable form.
package struct MemoryArguments: Equatable, Sendable {
  var memory: String?
  /// The properties of the machine that concern memory devices.
  var machine: Set<Substring> = []
  var nodes: [String] = []
  /// The properties of each object, with values in JSON.
  var objects: [[String: String]] = []
  var devices: [[String: String]] = []

  package init(_ arguments: [String]) {
    for (option, value) in zip(arguments, arguments.dropFirst()) {
      switch option {
      case "-m": memory = value
      case "-machine": machine = Set(value.split(separator: ",").filter { $0 == "nvdimm=on" || $0.hasPrefix("acpi=") })
      case "-numa": nodes.append(value.replacing(/,cpus=[^,]*/, with: ""))
      case "-object" where value.contains("memory-backend") || value.contains("thread-context"):
        objects.append(Self.properties(value, "qom-type"))
      case "-device" where value.contains("memdev"): devices.append(Self.properties(value, "driver"))
      default: break
      }
    }
  }

  private static func properties(_ text: String, _ first: String) -> [String: String] {
    var properties: [String: String] = [:]
    if let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] {
      for (key, value) in object {
        properties[key] = ((value as? [Any])?.map { "\($0)" } ?? ["\(value)"]).joined(separator: "+")
      }
    } else {
      let words = text.replacing(",,", with: "\u{0}").split(separator: ",").map { $0.replacing("\u{0}", with: ",") }
      for (index, word) in words.enumerated() {
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        properties[index == 0 ? first : parts[0]] = index == 0 ? String(word) : parts.count > 1 ? parts[1] : ""
      }
    }
    // The free PCI slot depends on all other devices, and a UUID may be generated.
    if properties["driver"]?.hasPrefix("virtio") == true { properties["bus"] = nil }
    if properties["driver"]?.hasPrefix("virtio") == true { properties["addr"] = nil }
    if properties["uuid"] != nil { properties["uuid"] = "any" }
    return properties
  }
}
