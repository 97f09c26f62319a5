import Basics

/// A one-line text about a call of a label method, for a trace: slot, method and result.
package struct MethodCallText: CustomStringConvertible {
  package let description: String

  /// Describes the call of `request` with the answer `response`, both in the layout of `MethodWindow`.
  package init(request: [UInt8], response: [UInt8]) {
    guard request.count >= MethodWindow.headerSize,
      let method = MethodWindow.Method(rawValue: request[MethodWindow.method])
    else {
      description = "not a request"
      return
    }
    let argument = [UInt8](request[MethodWindow.headerSize...])
    let result = [UInt8](response.dropFirst(MethodWindow.headerSize))
    let slot = request[MethodWindow.handle] == 0 ? "root" : "slot \(request[MethodWindow.handle] - 1)"
    let function = request[MethodWindow.function]
    // Only the functions for labels have a range; other arguments may hold a passphrase.
    let hasRange =
      request[MethodWindow.handle] != 0
      && [.labelRead, .labelWrite].contains(DeviceMethods.Function(rawValue: function))
    let call =
      switch method {
      case .deviceSpecific: "_DSM function \(function)\(Self.range(argument, width: 4, hasRange))"
      case .labelInformation: "_LSI"
      case .labelRead: "_LSR\(Self.range(argument, width: 8, true))"
      case .labelWrite: "_LSW\(Self.range(argument, width: 8, true))"
      case .interfaceTable: "_FIT"
      }
    // The responses to a query and to _FIT do not begin with a status.
    let hasStatus = method != .interfaceTable && !(method == .deviceSpecific && function == 0) && result.count >= 4
    let status = hasStatus ? ", status \(result.load(UInt32.self, at: 0))" : ""
    description = "\(slot): \(call): \(result.count) bytes\(status)"
  }

  /// Returns whether `request` is a call of _FIT.
  package static func isInterfaceTable(_ request: [UInt8]) -> Bool {
    request.count >= MethodWindow.headerSize
      && request[MethodWindow.method] == MethodWindow.Method.interfaceTable.rawValue
  }

  /// Returns offset and length at the start of `argument`, `width` bytes each, if the call has them.
  private static func range(_ argument: [UInt8], width: Int, _ hasRange: Bool) -> String {
    guard hasRange, argument.count >= 2 * width else { return "" }
    func number(at offset: Int) -> UInt64 {
      width == 4 ? UInt64(argument.load(UInt32.self, at: offset)) : argument.load(UInt64.self, at: offset)
    }
    return " at \(number(at: 0).hex), \(number(at: width)) bytes"
  }
}
