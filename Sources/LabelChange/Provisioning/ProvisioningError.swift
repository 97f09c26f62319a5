import Basics
package import FoundationEssentials
package import PersistentMemory

/// The reason why namespaces cannot be made as requested. A number is that of the namespace, from 0.
package enum ProvisioningError: Error, Equatable {
  case noLabelArea
  case labelVersion(LabelVersion)
  case labelArea(LabelAreaError)
  case slot(Int)
  case sameUUID(UUID)
  /// The namespace needs a size, because only the last one can take what is left.
  case sizeNeeded(Int, NamespaceMode)
  /// `size` is `nil` if the namespace was to take what is left.
  case regionFull(Int, NamespaceMode, size: UInt64?, left: UInt64, of: UInt64)
  case sizeMisaligned(Int, NamespaceMode, size: UInt64, unit: UInt64)
  case noRoomForTable(Int, size: UInt64, smallest: UInt64)
  case tableTooFar(Int, end: UInt64)
  /// The superblock, its page structures and the alignment leave no room for data.
  case noRoomForData(Int, NamespaceMode, size: UInt64, alignment: UInt64)
}

extension ProvisioningError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noLabelArea:
      "without a label area there is one namespace: it takes the whole region, and has no name"
    case .labelVersion(let version): "no namespaces can be made with labels of version \(version.rawValue)"
    case .labelArea(.tooManyLabels(let count, let limit)):
      "too many namespaces for the label area (stored \(count), expected at most \(limit))"
    case .labelArea: "the label area cannot hold labels of that version"
    case .slot(let slot): "slot \(slot) does not exist (expected 0 to \(InterleaveSetCookie.virtualSlots - 1))"
    case .sameUUID(let uuid): "uuid \(uuid.lowercased) is given to two namespaces"
    case .sizeNeeded(let number, let mode):
      Self.about(number, mode, "needs size=; only the last namespace can take what is left")
    case .regionFull(let number, let mode, let size, let left, let capacity):
      Self.about(number, mode, Self.shortage(size: size, left: left, of: capacity))
    case .sizeMisaligned(let number, let mode, let size, let unit):
      Self.about(
        number, mode,
        "misaligned (stored \(ByteCount(size).precise), expected a multiple of \(ByteCount(unit)))")
    case .noRoomForTable(let number, let size, let smallest):
      Self.about(
        number, .sector,
        "no room for a translation table (stored \(ByteCount(size).precise), expected at least \(ByteCount(smallest)))")
    case .tableTooFar(let number, let end):
      Self.about(
        number, .sector,
        "ends too far in the region (stored \(ByteCount(end).precise), expected at most \(ByteCount(ProvisioningPlan.tableLimit)))"
      )
    case .noRoomForData(let number, let mode, let size, let alignment):
      Self.about(
        number, mode, "nothing is left for data of \(ByteCount(size)) with an alignment of \(ByteCount(alignment))")
    }
  }

  private static func about(_ number: Int, _ mode: NamespaceMode, _ fact: String) -> String {
    "namespace \(number + 1) (\(mode.rawValue)): \(fact)"
  }

  private static func shortage(size: UInt64?, left: UInt64, of capacity: UInt64) -> String {
    guard capacity > 0 else { return "the region is too small for any namespace" }
    guard let size else { return "nothing is left of the \(ByteCount(capacity)) available to namespaces" }
    return """
      does not fit (stored \(ByteCount(size).precise), expected at most \(ByteCount(left)), what is left of the \
      \(ByteCount(capacity)) available to namespaces)
      """
  }
}
