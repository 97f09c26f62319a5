import Basics
import PersistentMemory

/// Why a command line does not describe a machine, and which of its arguments is to blame.
package struct ConfigurationError: Error, Equatable, Sendable {
  /// The argument as it was given, such as `-object memory-backend-file,id=mem1`.
  package let argument: String
  package let fact: Fact

  package enum Fact: Equatable, Sendable {
    case unknownOption(nearest: String?)
    case unexpectedArgument
    case missingArgument
    case malformedJSON
    case missingParameter(String)
    case unknownParameter(String, nearest: String?)
    /// The value of a parameter is not what it must be: `'on' or 'off'`, `a size value`.
    case expected(parameter: String, String)
    case unsupportedValue(parameter: String, value: String, supported: [String])
    case unsupportedMachine(String)
    case notAnIdentifier(parameter: String)
    case labelTooSmall(UInt64)
    case emptyBackend(type: String)
    case invalidUUID
    case ramTooLarge
    case duplicateObject(String)
    case duplicateDevice(String)
    case missingMemoryDevice
    case unknownMemoryDevice(String)
    case busyMemoryDevice(String)
    /// What `-m` says does not fit together.
    case memory(MemoryDeviceError)
    /// What `-numa` says does not fit together.
    case numa(NUMAFact)
  }

  package init(_ argument: String, _ fact: Fact) {
    self.argument = argument
    self.fact = fact
  }
}

extension ConfigurationError: CustomStringConvertible {
  /// `-m 256M,slots=2: slots specified but no max-size`
  package var description: String { "\(argument): \(fact)" }
}

extension ConfigurationError.Fact: CustomStringConvertible {
  /// QEMU's words where QEMU has some for the case.
  package var description: String {
    switch self {
    case .unknownOption: "invalid option"
    case .unexpectedArgument: "is not an option, and no option before it takes it"
    case .missingArgument: "requires an argument"
    case .malformedJSON: "JSON parse error (expected an object of texts, whole numbers and booleans)"
    case .missingParameter(let name): "Parameter '\(name)' is missing"
    case .unknownParameter(let name, _): "Invalid parameter '\(name)'"
    case .expected(let name, let expected): "Parameter '\(name)' expects \(expected)"
    case .unsupportedValue(let name, let value, let supported):
      "Parameter '\(name)' does not accept value '\(value)' (expected \(supported.joined(separator: ", ")))"
    case .unsupportedMachine(let name): "unsupported machine type '\(name)' (expected pc or q35)"
    case .notAnIdentifier(let name):
      "Parameter '\(name)' expects an identifier: letters, digits, '-', '.', '_', starting with a letter"
    case .labelTooSmall(let size):
      "Property 'nvdimm.label-size' (\(size.hex)) is required at least \(BackendGeometry.smallestLabelSize.hex)"
    case .emptyBackend(let type): "property 'size' of \(type) doesn't take value '0'"
    case .invalidUUID: "Property 'nvdimm.uuid' has invalid value"
    case .ramTooLarge: "ram size too large"
    case .duplicateObject(let id): "Duplicate ID '\(id)' for object"
    case .duplicateDevice(let id): "Duplicate ID '\(id)' for device"
    case .missingMemoryDevice: "'memdev' property must be set"
    case .unknownMemoryDevice(let id): "Device '\(id)' not found"
    case .busyMemoryDevice(let id): "can't use already busy memdev: \(id)"
    case .memory(let error): error.description
    case .numa(let fact): fact.description
    }
  }

  /// What was probably meant, for the hint below the message.
  package var nearest: String? {
    switch self {
    case .unknownOption(let nearest), .unknownParameter(_, let nearest): nearest
    default: nil
    }
  }
}
