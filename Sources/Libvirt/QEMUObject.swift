import Basics

/// The value of an `-object` or `-device` as libvirt writes it: JSON, or `key=value` for a QEMU that does not accept
/// JSON.
struct QEMUObject {
  private let properties: JSONValue

  /// Creates an object of the properties that have a value.
  init(_ properties: [(String, JSONValue?)]) { self.properties = JSONValue(present: properties) }

  /// Returns the value of the option. Outside JSON, a flag is `yes` for an object and `on` for a device.
  func argument(isJSON: Bool) -> String {
    guard !isJSON else { return properties.formatted(.compact) }
    let members = properties.members ?? []
    let flags = members.first?.key == "qom-type" ? (no: "no", yes: "yes") : (no: "off", yes: "on")
    let values = members.enumerated().flatMap { index, member in
      member.value.keyvals(flags).map { index == 0 ? $0 : "\(member.key)=\($0)" }
    }
    return values.joined(separator: ",")
  }
}

extension JSONValue {
  /// Returns the texts after the key. A list of numbers is a sequence of ranges, each after a key of its own.
  fileprivate func keyvals(_ flags: (no: String, yes: String)) -> [String] {
    switch self {
    case .text(let text): [text.replacing(",", with: ",,")]
    case .boolean(let flag): [flag ? flags.yes : flags.no]
    case .array(let items):
      items.compactMap(\.wholeNumber).reduce(into: [ClosedRange<Int64>]()) { ranges, number in
        if let last = ranges.last, last.upperBound + 1 == number {
          ranges[ranges.count - 1] = last.lowerBound...number
        } else {
          ranges.append(number...number)
        }
      }.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    case .integer, .large, .real, .null, .object: [formatted(.compact)]
    }
  }

  private var wholeNumber: Int64? { if case .integer(let number) = self { number } else { nil } }
}
