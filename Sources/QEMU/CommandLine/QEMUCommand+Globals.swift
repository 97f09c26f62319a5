extension QEMUCommand {
  /// A property that every device of a type, or of a derived type, has unless the device sets its own value.
  struct Global: Sendable, CustomStringConvertible {
    let driver: String
    let property: String
    let value: String

    var description: String { "\(driver).\(property)=\(value)" }
  }

  /// Reads `-global nvdimm.unarmed=on`, or `-global driver=nvdimm,property=unarmed,value=on`. Source: QEMU 7.2
  /// `qemu_global_option`.
  mutating func readGlobal(_ option: Option) throws(QEMUStop) {
    if let global = Self.global(option.value) { return try add(global, at: option.location) }
    let list = try list(option, nil, list: "global")
    try option.location.blamed { () throws(QEMUComplaint) in
      if let other = list.options.first(where: { !Self.globalKeys.contains($0.key) }) {
        throw .invalidParameter(other.key)
      }
      guard list["driver"] != nil, list["property"] != nil, list["value"] != nil else { throw .globalIncomplete }
    }
    try add(global: list, at: option.location)
  }

  static let globalKeys: Set<String> = ["driver", "property", "value"]

  /// Adds the global that the three options of `list` describe. Does nothing if one of the three is missing.
  mutating func add(global list: OptionList, at location: QEMULocation) throws(QEMUStop) {
    guard let driver = list["driver"], let property = list["property"], let value = list["value"] else { return }
    try add(Global(driver: driver, property: property, value: value), at: location)
  }

  private mutating func add(_ global: Global, at location: QEMULocation) throws(QEMUStop) {
    // A property of all devices also applies to the board's own devices, which come first.
    if global.driver == "device" { undescribed.append("-global \(global)") }
    globals.append(global)
  }

  /// Parses `DRIVER.PROPERTY=VALUE`; the first two have at most 63 bytes each.
  private static func global(_ text: String) -> Global? {
    let longest = 63
    guard let dot = text.firstIndex(where: { ".=".contains($0) }), text[dot] == "." else { return nil }
    let rest = text[text.index(after: dot)...]
    guard let sign = rest.firstIndex(of: "=") else { return nil }
    let (driver, property) = (text[..<dot], rest[..<sign])
    guard (1...longest).contains(driver.utf8.count), (1...longest).contains(property.utf8.count) else { return nil }
    return Global(driver: String(driver), property: String(property), value: String(rest[rest.index(after: sign)...]))
  }
}
