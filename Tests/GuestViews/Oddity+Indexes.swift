import Basics
import PersistentMemory

extension Oddity {
  private typealias Fields = IndexBlock.Fields

  /// Offsets and sizes slightly different from the required ones, in one block or in both.
  static var indexFields: [Oddity] {
    var odd: [Oddity] = []
    let fields = [Fields.ownOffset, Fields.size, Fields.otherOffset, Fields.labelOffset]
    let deltas: [UInt64] = [1, .max, 256, 1 << 32, 0 &- 256]
    for field in fields {
      for numbers in [[0], [0, 1]] {
        odd += each("\(field.name) of \(numbers) plus", deltas) { labels, delta in
          labels.index(numbers) { $0[field] = $0[field] &+ delta }
        }
      }
    }
    odd += each("mysize", [0, 64, 71, 72, 73, 80, 255]) { labels, size in labels.index { $0[Fields.size] = size } }
    return odd
  }

  static var indexCounts: [Oddity] {
    var odd: [Oddity] = []
    let sequences: [UInt32] = [0, 1, 2, 3, 4, 5, 0x8000_0000, 0xffff_fffd]
    odd += each("nslot", [0, 1, 2, 3, 4, 5, 8, 64, 1 << 24, 1 << 25, 1 << 31, .max] as [UInt32]) { labels, count in
      labels.index { $0[Fields.slotCount] = count }
    }
    odd += each("nslot of what fits plus", [-1, 1, 2, 3, 4, 64]) { labels, delta in
      let count = UInt32(labels.geometry.slotLimit + delta)
      labels.index { $0[Fields.slotCount] = count }
    }
    odd += each("one nslot of what fits plus", [-1, 1]) { labels, delta in
      let count = UInt32(labels.geometry.slotLimit + delta)
      labels.index([0]) { $0[Fields.slotCount] = count }
    }
    for first in sequences {
      odd += each("seq \(first) and", sequences) { labels, second in
        labels.index([0]) { $0[Fields.sequence] = first }
        labels.index([1]) { $0[Fields.sequence] = second }
        // The labels that it lists show which block counts.
        labels.mark([1], used: false, in: [1])
      }
    }
    return odd
  }

  static var indexVersions: [Oddity] {
    var odd: [Oddity] = []
    let versions: [(UInt16, UInt16)] = [
      (0, 0), (0, 101), (0, 102), (1, 0), (1, 1), (1, 2), (1, 3), (2, 0), (2, 1), (655, 35), (.max, .max),
    ]
    odd += versions.map { major, minor in
      Oddity("version \(major).\(minor)") { labels in
        labels.index {
          $0[Fields.major] = major
          $0[Fields.minor] = minor
        }
      }
    }
    odd += versions.prefix(6).map { major, minor in
      Oddity("version \(major).\(minor) of the block that is not current") { labels in
        labels.index([1]) {
          $0[Fields.major] = major
          $0[Fields.minor] = minor
        }
      }
    }
    odd += each("labelsize", [0, 1, 2, 24, 25, 26, 32, 33, 57, 64, 65, 128, 129, 255] as [UInt8]) { labels, size in
      labels.index { $0[Fields.labelSize] = size }
    }
    odd += each("flags of the index", [1, 0xff_ffff] as [UInt32]) { labels, flags in
      labels.index { $0[Fields.flagsAndLabelSize] |= flags }
    }
    return odd
  }

  static var bitmaps: [Oddity] {
    var odd: [Oddity] = []
    odd += [
      Oddity("all bits free") { labels in labels.mark(Array(0..<64), used: false) },
      Oddity("all bits of the current block free") { labels in labels.mark(Array(0..<64), used: false, in: [0]) },
      Oddity("all slots used") { labels in labels.mark(Array(0..<labels.geometry.slotCount), used: true) },
      Oddity("all slots but one used") { labels in labels.mark(Array(1..<labels.geometry.slotCount), used: true) },
      Oddity("bits beyond the slots") { labels in
        let bits = Array(labels.geometry.slotCount..<(labels.geometry.indexSize - IndexBlock.headerSize) * 8)
        labels.mark(bits, used: false)
      },
      Oddity("one label's bit free") { labels in labels.mark([2], used: false) },
      Oddity("two bits of empty slots used") { labels in labels.mark([9, 63], used: true) },
      Oddity("the last slot used, and empty") { labels in labels.mark([labels.geometry.slotCount - 1], used: true) },
      Oddity("the last slot used, with a label") { labels in
        labels.mark([1], used: false)
        labels.copy(1, to: labels.geometry.slotCount - 1)
      },
    ]
    return odd
  }

  static var blocks: [Oddity] {
    var odd: [Oddity] = []
    odd += [
      Oddity("blocks in each other's place") { labels in
        let (first, second) = (labels.indexBlock(0), labels.indexBlock(1))
        labels.put(second, inIndex: 0)
        labels.put(first, inIndex: 1)
      },
      Oddity("block 0 twice") { labels in labels.put(labels.indexBlock(0), inIndex: 1) },
      Oddity("block 1 twice") { labels in labels.put(labels.indexBlock(1), inIndex: 0) },
      Oddity("no block 0") { labels in labels.index([0], isSummed: false) { $0 = .init(repeating: 0, count: $0.count) }
      },
      Oddity("no block 1") { labels in labels.index([1], isSummed: false) { $0 = .init(repeating: 0, count: $0.count) }
      },
      Oddity("no block") { labels in labels.index(isSummed: false) { $0 = .init(repeating: 0xff, count: $0.count) } },
      Oddity("no NUL behind the signature") { labels in labels.index { $0[15] = 1 } },
      Oddity("no NUL behind the signature of block 0") { labels in labels.index([0]) { $0[15] = 1 } },
      Oddity("signature in small letters") { labels in labels.index { $0[0] |= 0x20 } },
      Oddity("sum of the header only") { labels in
        labels.index(isSummed: false) { block in
          let header = [UInt8](block[..<IndexBlock.headerSize])
          block[Fields.checksum] = Fletcher64.checksum(header, zeroing: Fields.checksum)
        }
      },
      Oddity("no sum") { labels in labels.index(isSummed: false) { $0[Fields.checksum] = 0 } },
      Oddity("sum with its halves exchanged") { labels in
        labels.index(isSummed: false) { $0[Fields.checksum] = $0[Fields.checksum] << 32 | $0[Fields.checksum] >> 32 }
      },
      Oddity("a block of the other version in place of block 0") { labels in replace(block: 0, &labels) },
      Oddity("a block of the other version in place of block 1") { labels in replace(block: 1, &labels) },
    ]
    return odd
  }

  /// Puts an empty block of the other version at `number`, at the offset that it has in that version.
  private static func replace(block number: Int, _ labels: inout TamperedLabels) {
    let other: LabelVersion = labels.version == .v1_1 ? .v1_2 : .v1_1
    guard let area = try? LabelArea.initialised(other, size: labels.bytes.count),
      let geometry = (try? LabelArea(area))?.geometry, geometry.indexSize == labels.geometry.indexSize
    else { return }
    let offset = geometry.indexOffset(number)
    labels.put([UInt8](area[offset..<offset + geometry.indexSize]), inIndex: number)
  }
}
