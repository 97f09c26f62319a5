package import Basics
package import PersistentMemory

/// The reason why a text does not describe a namespace.
package enum NamespaceSpecificationError: Error, Equatable {
  case unknownMode(String)
  /// A part without `=`.
  case notAProperty(String)
  case unknownProperty(String)
  case givenTwice(String)
  /// A property that has no meaning in the mode.
  case notOfMode(String, NamespaceMode)
  /// The value of the property is not a valid size.
  case size(String, ByteCountError)
  case sizeZero
  /// The name is too long; the value is its length in bytes.
  case nameTooLong(Int)
  case controlCharacter
  case malformedUUID(String)
  case zeroUUID
  case sectorSize(String, NamespaceMode)
  case alignment(String)
  case map(String)
}

extension NamespaceSpecificationError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownMode(let text): "'\(text)' is not a mode (expected raw, sector, fsdax or devdax)"
    case .notAProperty(let text): "'\(text)' is not of the form PROPERTY=VALUE"
    case .unknownProperty(let name):
      "'\(name)' is not a property (expected size, name, uuid, sector-size, align or map)"
    case .givenTwice(let name): "\(name)= is given twice"
    case .notOfMode(let name, let mode): "\(name)= has no meaning in \(mode.rawValue) mode (only in fsdax and devdax)"
    case .size(let name, let error): "\(name)=: \(error)"
    case .sizeZero: "size=: a namespace cannot be empty"
    case .nameTooLong(let length):
      "name=: too long (stored \(length) bytes, expected at most \(NamespaceLabel.nameSize - 1))"
    case .controlCharacter: "name=: a control character"
    case .malformedUUID(let text):
      "uuid=: '\(text)' is not a UUID (expected the form 01234567-89ab-cdef-0123-456789abcdef)"
    case .zeroUUID: "uuid=: all zeros stand for no UUID"
    case .sectorSize(let text, let mode):
      "sector-size=: \(mode.rawValue) mode has no sectors of '\(text)' (expected one of \(Self.list(mode.sectorSizes)))"
    case .alignment(let text): "align=: '\(text)' is not possible (expected 4K, 2M or 1G)"
    case .map(let text): "map=: '\(text)' is neither dev nor mem"
    }
  }

  private static func list(_ sizes: [UInt32]) -> String { sizes.map(String.init).joined(separator: ", ") }
}
