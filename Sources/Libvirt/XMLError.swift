/// Why a text is no XML document that can be read.
package enum XMLError: Error, Equatable, Sendable {
  /// This host has no libxml2.
  case noLibrary
  case tooLong(limit: Int)
  case tooManyNodes(limit: Int)
  case documentType
  /// In the words of libxml2.
  case malformed(String, line: Int)
}

extension XMLError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noLibrary: "libxml2 is not installed"
    case .tooLong(let limit): "longer than any domain of libvirt (expected at most \(limit) bytes)"
    case .tooManyNodes(let limit): "more elements and attributes than are read (expected at most \(limit))"
    case .documentType: "a document type, which no domain has and which is not read"
    case .malformed(let message, let line): "line \(line): \(message)"
    }
  }
}
