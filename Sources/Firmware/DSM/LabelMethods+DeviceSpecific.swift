import Basics

extension LabelMethods {
  /// The functions of `_DSM` of an NVDIMM (NVDIMM DSM Interface, "_DSM Interface for the NVDIMM").
  private enum Function {
    static let query: UInt32 = 0
    static let labelSize: UInt32 = 4
    static let labelRead: UInt32 = 5
    static let labelWrite: UInt32 = 6
    /// The answer to a query: these four.
    static let bitmap: UInt32 = 0b0111_0001
  }

  /// The result of `_DSM`: a bitmap for function 0, otherwise a status and what the function gives.
  func deviceSpecific(_ handle: UInt32, function: UInt32, _ argument: [UInt8]) -> [UInt8] {
    guard function != Function.query else { return Self.bytes(functions(of: handle)) }
    do throws(LabelRefusal) {
      return Self.bytes(LabelStatus.success.deviceSpecific) + (try run(function, handle, argument))
    } catch {
      return Self.bytes(error.status.deviceSpecific)
    }
  }

  private func functions(of handle: UInt32) -> UInt32 {
    (try? labels(of: handle)) == nil ? 0 : Function.bitmap
  }

  private func run(_ function: UInt32, _ handle: UInt32, _ argument: [UInt8]) throws(LabelRefusal) -> [UInt8] {
    let labels = try labels(of: handle)
    switch function {
    case Function.labelSize:
      return Self.bytes(Self.reportedSize(labels), UInt32(LabelWindow.transferLimit))
    case Function.labelRead:
      guard argument.count >= 8 else { throw LabelRefusal(.invalid) }
      return try read(
        handle, at: UInt64(argument.load(UInt32.self, at: 0)), length: UInt64(argument.load(UInt32.self, at: 4)))
    case Function.labelWrite:
      guard argument.count >= 8 else { throw LabelRefusal(.invalid) }
      try write(
        handle, at: UInt64(argument.load(UInt32.self, at: 0)), length: UInt64(argument.load(UInt32.self, at: 4)),
        argument[8...])
      return []
    default: throw LabelRefusal(.notSupported)
    }
  }

  static func bytes(_ numbers: UInt32...) -> [UInt8] {
    var bytes: [UInt8] = []
    for number in numbers { bytes.append(littleEndian: number) }
    return bytes
  }
}
