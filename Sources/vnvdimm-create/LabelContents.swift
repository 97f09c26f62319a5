import ArgumentParser
import PersistentMemory
import Storage

/// The contents of a new label area.
enum LabelContents: String, CaseIterable, ExpressibleByArgument {
  case v1_1 = "1.1"
  case v1_2 = "1.2"
  /// Zeros: the guest has to initialise the area (`ndctl init-labels`).
  case blank

  /// The version of the index blocks; `nil` if there are none.
  var version: LabelVersion? {
    switch self {
    case .v1_1: .v1_1
    case .v1_2: .v1_2
    case .blank: nil
    }
  }
}

extension BackendCreation.Preallocation: ExpressibleByArgument {}

/// Reads an id that QEMU accepts.
func identifier(_ text: String) throws -> String {
  let isLegal = text.first.map { $0.isASCII && $0.isLetter } ?? false
  guard isLegal, text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }) else {
    throw ValidationError("an id consists of letters, digits, '-', '.', '_' and starts with a letter")
  }
  return text
}
