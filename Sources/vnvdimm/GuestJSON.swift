import Basics

extension JSONValue {
  /// ndctl's list of a guest's devices, in the order of their numbers; ndctl's own order has no meaning.
  var inDeviceOrder: JSONValue {
    switch self {
    case .array(let elements):
      .array(elements.map(\.inDeviceOrder).sorted { $0.deviceNumbers.lexicographicallyPrecedes($1.deviceNumbers) })
    case .object(let members): .object(members.map { ($0.key, $0.value.inDeviceOrder) })
    case .null, .boolean, .integer, .large, .real, .text: self
    }
  }

  /// The numbers in the name of a device: 0 and 10 of `namespace0.10`. Empty if it is not a device.
  private var deviceNumbers: [Int] {
    self["dev"]?.text?.split { !$0.isNumber }.compactMap { Int($0) } ?? []
  }
}
