/// Values of elements and attributes, with libvirt's messages where they are wrong.
extension XMLElement {
  /// The attribute as one of a few words; nil where there is none.
  func choice<Value>(_ attribute: String, of value: (String) -> Value?) throws(LibvirtRefusal) -> Value? {
    guard let text = attributes[attribute] else { return nil }
    guard let value = value(text) else {
      throw .invalidAttribute(attribute, of: name, value: text, isNumber: false)
    }
    return value
  }

  func required<Value>(_ attribute: String, of value: (String) -> Value?) throws(LibvirtRefusal) -> Value {
    guard let value = try choice(attribute, of: value) else { throw .missingAttribute(attribute, of: name) }
    return value
  }

  func yesOrNo(_ attribute: String) throws(LibvirtRefusal) -> Bool? {
    try choice(attribute) { $0 == "yes" ? true : $0 == "no" ? false : nil }
  }

  func number<Value: FixedWidthInteger>(
    _ attribute: String, as type: Value.Type, radix: UInt64 = 10
  ) throws(LibvirtRefusal) -> Value? {
    guard let text = attributes[attribute] else { return nil }
    guard let number = LibvirtSize.number(text, radix: radix).flatMap({ Value(exactly: $0) }) else {
      throw .invalidAttribute(attribute, of: name, value: text, isNumber: true)
    }
    return number
  }

  /// The size that the first child called `name` holds, in KiB; 0 where there is none.
  func kibibytes(_ name: String, isRequired: Bool = false) throws(LibvirtRefusal) -> UInt64 {
    let element = first(name)
    return try LibvirtSize.kibibytes(
      element?.value, unit: element?.attributes["unit"], at: "./\(name)", isRequired: isRequired)
  }
}
