import FoundationEssentials

/// A listing of ndctl by the handles of its DIMMs: which number a guest gives to what is not compared, but for that of
/// a namespace in its region.
struct ComparableListing {
  /// DIMM and region of each handle, without numbers, lists in the order of their devices.
  let byHandle: [UInt64: (dimm: JSONValue, region: JSONValue)]

  struct Unreadable: Error, CustomStringConvertible { let description: String }

  init(_ text: Data) throws {
    // A name need not be UTF-8, and ndctl prints it as it is.
    let repaired = Data(String(decoding: text, as: UTF8.self).utf8)
    let listing = try JSONDecoder().decode(JSONValue.self, from: repaired)
    var handles: [String: UInt64] = [:]
    var dimms: [UInt64: JSONValue] = [:]
    for dimm in listing["dimms"]?.elements ?? [] {
      guard case .number(let handle) = dimm["handle"], let name = dimm["dev"]?.string else {
        throw Unreadable(description: "a DIMM without a handle: \(dimm.text)")
      }
      handles[name] = handle
      dimms[handle] = Self.comparable(dimm)
    }
    var pairs: [UInt64: (JSONValue, JSONValue)] = [:]
    for region in listing["regions"]?.elements ?? [] {
      guard let dimm = region["mappings"]?.elements.first?["dimm"]?.string, let handle = handles[dimm],
        let found = dimms.removeValue(forKey: handle)
      else { throw Unreadable(description: "a region without a DIMM: \(region.text)") }
      pairs[handle] = (found, Self.comparable(region))
    }
    for (handle, dimm) in dimms { pairs[handle] = (dimm, .null) }
    byHandle = pairs
  }

  /// `value` without the numbers of DIMMs and regions.
  private static func comparable(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements):
      .array(elements.map(comparable).sorted { ($0["dev"]?.string ?? "") < ($1["dev"]?.string ?? "") })
    case .object(let members):
      .object(
        members.reduce(into: [:]) { result, member in
          switch member.key {
          case "dev", "dimm", "blockdev", "chardev": result[member.key] = member.value.string.map { .string(name($0)) }
          case "id" where member.value.string == nil: break
          default: result[member.key] = comparable(member.value)
          }
        })
    default: value
    }
  }

  /// The name of a device without its first number.
  private static func name(_ device: String) -> String {
    let kind = device.prefix { !$0.isNumber }
    return kind + "N" + device.dropFirst(kind.count).drop { $0.isNumber }
  }
}
