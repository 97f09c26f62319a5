import Foundation
import PersistentMemory

/// An info block that Linux 6.1.192 wrote, with the namespace that it lies in.
package struct RecordedInfoBlock: Decodable, Sendable, CustomStringConvertible {
  package let `case`: String
  package let dpa: UInt64
  package let size: UInt64
  package let offset: UInt64
  package let head: String
  package let checksum: String

  package var description: String { self.case }

  package var bytes: [UInt8] {
    let zeros = String(repeating: "00", count: InfoBlock.size - 128 - 8)
    let digits = Array((head + zeros + checksum).utf8)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
  }

  package static let all: [RecordedInfoBlock] = {
    guard let data = try? Corpus.data("infoblocks/blocks.json") else { return [] }
    return (try? JSONDecoder().decode([RecordedInfoBlock].self, from: data)) ?? []
  }()
}
