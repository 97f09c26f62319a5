import QEMU

extension MonitorError {
  /// What a command adds: QEMU words the same mistakes differently.
  enum Addition {
    /// `isTyped`: its arguments are JSON values, not texts.
    case object(isTyped: Bool)
    case device
  }

  init(_ error: ConfigurationError, adding addition: Addition) {
    switch (error.fact, addition) {
    case (.expected(let name, "a size value"), .object(isTyped: true)):
      self.init("Parameter '\(name)' expects uint64")
    case (.expected(let name, "a size value"), _): self.init("Parameter '\(name)' expects size")
    case (.expected(let name, "integer"), .device): self.init("Parameter '\(name)' expects \(Self.integerType(name))")
    case (.unknownParameter(let name, _), .object): self.init("Parameter '\(name)' is unexpected")
    case (.unknownParameter(let name, _), .device): self.init("Property 'nvdimm.\(name)' not found")
    case (.unsupportedValue(_, let value, _), .device): self.init("'\(value)' is not a valid device model name")
    case (.unsupportedValue(let name, let value, _), .object):
      self.init("Parameter '\(name)' does not accept value '\(value)'")
    case (.notAnIdentifier(let name), _): self.init("Parameter '\(name)' expects an identifier")
    case (.unknownMemoryDevice(let id), _): self.init("Device '\(id)' not found", kind: .deviceNotFound)
    default: self.init("\(error.fact)")
    }
  }

  private static func integerType(_ property: String) -> String {
    switch property {
    case "slot": "int32_t"
    case "node": "uint32_t"
    default: "uint64_t"
    }
  }
}
