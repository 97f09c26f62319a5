import FoundationEssentials

/// What ndctl says in a guest, to be printed as the suite prints JSON: keys sorted, devices in the order of their
/// numbers, whereas ndctl lists them in no order that means anything.
enum GuestJSON: Codable {
  case null
  case flag(Bool)
  case number(UInt64)
  case text(String)
  case list([GuestJSON])
  case object([String: GuestJSON])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? value.decode(UInt64.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let elements = try? value.decode([GuestJSON].self) {
      self = .list(elements.sorted { $0.deviceNumbers.lexicographicallyPrecedes($1.deviceNumbers) })
    } else {
      self = .object(try value.decode([String: GuestJSON].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .flag(let flag): try container.encode(flag)
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .list(let elements): try container.encode(elements)
    case .object(let members): try container.encode(members)
    }
  }

  /// The numbers in the name of a device: 0 and 10 of `namespace0.10`. Empty for what is no device.
  private var deviceNumbers: [Int] {
    guard case .object(let members) = self, case .text(let name)? = members["dev"] else { return [] }
    return name.split { !$0.isNumber }.compactMap { Int($0) }
  }
}
