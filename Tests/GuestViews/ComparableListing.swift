import Basics
import FoundationEssentials

/// A listing of ndctl by the handles of its DIMMs. The numbers that a guest assigns are not compared, except that of a
/// namespace in its region.
struct ComparableListing {
  /// The DIMM and region of each handle, without numbers, and with lists in the order of their devices.
  let byHandle: [UInt64: (dimm: JSONValue, region: JSONValue)]

  struct Unreadable: Error, CustomStringConvertible { let description: String }

  init(_ text: Data) throws {
    // A name need not be UTF-8, and ndctl prints it unchanged.
    let listing = try JSONValue(parsing: String(decoding: text, as: UTF8.self))
    var handles: [String: UInt64] = [:]
    var dimms: [UInt64: JSONValue] = [:]
    for dimm in listing["dimms"]?.elements ?? [] {
      guard let handle: UInt64 = dimm["handle"]?.number(), let name = dimm["dev"]?.text else {
        throw Unreadable(description: "a DIMM without a handle: \(dimm)")
      }
      handles[name] = handle
      dimms[handle] = Self.comparable(dimm)
    }
    var pairs: [UInt64: (JSONValue, JSONValue)] = [:]
    for region in listing["regions"]?.elements ?? [] {
      guard let dimm = region["mappings"]?.elements?.first?["dimm"]?.text, let handle = handles[dimm],
        let found = dimms.removeValue(forKey: handle)
      else { throw Unreadable(description: "a region without a DIMM: \(region)") }
      pairs[handle] = (found, Self.comparable(region))
    }
    for (handle, dimm) in dimms { pairs[handle] = (dimm, .null) }
    byHandle = pairs
  }

  /// Returns `value` without the numbers of DIMMs and regions.
  private static func comparable(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements):
      .array(elements.map(comparable).sorted { ($0["dev"]?.text ?? "") < ($1["dev"]?.text ?? "") })
    case .object(let members):
      .object(
        members.compactMap { key, value in
          switch key {
          case "dev", "dimm", "blockdev", "chardev": value.text.map { (key, .text(name($0))) }
          case "id" where value.text == nil: nil
          // Only the NVDIMMs of our VMM have a lock.
          case "security": nil
          default: (key, comparable(value))
          }
        })
    case .null, .boolean, .integer, .large, .real, .text: value
    }
  }

  /// Returns the name of a device without its first number.
  private static func name(_ device: String) -> String {
    let kind = device.prefix { !$0.isNumber }
    return kind + "N" + device.dropFirst(kind.count).drop { $0.isNumber }
  }
}
