import Basics
import FoundationEssentials

extension InfoBlock {
  /// Checks what all kinds of blocks have in common; returns what the block claims to be.
  static func examine(_ block: [UInt8]) throws(InfoBlockDefect) -> Signature {
    guard block.count == size else { throw .length(block.count) }
    guard let signature = Signature(of: block) else { throw .signature }
    let sum = Fletcher64.checksum(block, zeroing: Fields.checksum)
    guard block[Fields.checksum] == sum else { throw .checksum(stored: block[Fields.checksum], expected: sum) }
    return signature
  }

  /// The uuid of the label of the namespace that `block` says it belongs to; zero for one without labels.
  static func parent(of block: [UInt8]) -> UUID { UUID(block, at: Fields.parentUUID) }

  /// The defect of a version that Linux does not know.
  static func versionDefect(_ block: [UInt8]) -> InfoBlockDefect {
    .version(major: block[Fields.major], minor: block[Fields.minor])
  }
}
