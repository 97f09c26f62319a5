import Basics
import FoundationEssentials
import PersistentMemory

extension Oddity {
  private typealias Fields = NamespaceLabel.Fields
  private typealias Offsets = NamespaceLabel.Offsets

  /// The extents of labels. The last namespace, in slot 3, has free space behind it; that in slot 1 has neighbours.
  static var extents: [Oddity] {
    var odd: [Oddity] = []
    let deltas: [UInt64] = [1, .max, 511, 512, 4096, 0 &- 4096, 64 << 10, 2 << 20, 0 &- (2 << 20), 1 << 63]
    odd += each("dpa of the last plus", deltas) { labels, delta in
      labels.label(3) { $0[Fields.dpa] = $0[Fields.dpa] &+ delta }
    }
    odd += each("dpa of the second plus", deltas) { labels, delta in
      labels.label(1) { $0[Fields.dpa] = $0[Fields.dpa] &+ delta }
    }
    odd += each("dpa of the last is the region's end plus", [0, 1, .max, 0 &- 4096, 4096, 1 << 30] as [UInt64]) {
      labels, delta in
      labels.set(Fields.dpa, labels.regionSize &+ delta, inSlot: 3)
    }
    odd += each(
      "rawsize of the last", [0, 1, 512, 4095, 4096, 4097, 8191, 8192, 8193, 1 << 20, 1 << 63, .max] as [UInt64]
    ) {
      labels, size in
      labels.set(Fields.rawSize, size, inSlot: 3)
    }
    odd += each("rawsize of the first", [0, 1, 4096, 8192, 1 << 20, 1 << 63, .max] as [UInt64]) { labels, size in
      labels.set(Fields.rawSize, size, inSlot: 0)
    }
    odd += each("rawsize of the second plus", [1, .max, 512, 4096, 0 &- 4096] as [UInt64]) { labels, delta in
      labels.label(1) { $0[Fields.rawSize] = $0[Fields.rawSize] &+ delta }
    }
    odd += each("the last ends at the region's end plus", [0, 1, .max, 4096, 0 &- 4096, 0 &- 1024] as [UInt64]) {
      labels, delta in
      let end = labels.regionSize
      labels.label(3) { $0[Fields.rawSize] = end &- $0[Fields.dpa] &+ delta }
    }
    odd += [
      Oddity("the last ends with 64 bits") { labels in
        labels.label(3) { $0[Fields.rawSize] = 0 &- $0[Fields.dpa] }
      },
      Oddity("all addresses exchanged") { labels in
        let places = (0..<4).map { labels.labelBytes($0)[Fields.dpa] }
        for slot in 0..<4 { labels.set(Fields.dpa, places[3 - slot], inSlot: slot) }
      },
    ]
    return odd
  }

  static var labelNumbers: [Oddity] {
    var odd: [Oddity] = []
    let sectorSizes: [UInt64] = [0, 1, 256, 511, 512, 513, 520, 528, 4096, 4104, 4160, 4224, 8192, 1 << 32 | 512, .max]
    odd += each("nlabel", [0, 2, 256, .max] as [UInt16]) { labels, count in
      labels.set(Fields.setSize, count, inSlot: 1)
    }
    odd += each("position", [1, 2, 256, .max] as [UInt16]) { labels, position in
      labels.set(Fields.position, position, inSlot: 1)
    }
    odd += [
      Oddity("a set of two, of which both labels are here") { labels in
        for slot in [1, 2] {
          labels.label(slot) {
            $0[Fields.setSize] = 2
            $0[Fields.position] = UInt16(slot - 1)
          }
        }
        let uuid = [UInt8](labels.labelBytes(1)[..<16])
        labels.label(2) { $0.replaceSubrange(0..<16, with: uuid) }
      }
    ]
    odd += each("lbasize", sectorSizes) { labels, size in labels.set(Fields.sectorSize, size, inSlot: 0) }
    odd += each("lbasize of the table", [0, 513, 4096] as [UInt64]) { labels, size in
      labels.set(Fields.sectorSize, size, inSlot: 2)
    }
    odd += each("flags", [1, 2, 4, 8, 15, 16, 0x8000_0000, .max] as [UInt32]) { labels, flags in
      labels.set(NamespaceLabel.Fields.flags, flags, inSlot: 1)
    }
    odd += each("align", [1, 12, 21, 255] as [UInt8]) { labels, align in labels.set(Fields.alignment, align, inSlot: 1)
    }
    odd += each("reserved byte", [125, 127, 160, 168, 247]) { labels, offset in
      labels.label(1) { if offset < $0.count { $0[offset] = 0xa5 } }
    }
    return odd
  }

  static var labelIdentifiers: [Oddity] {
    var odd: [Oddity] = []
    let unknown = UUID((0..<16).map { $0 ^ 0x5a }, at: 0)
    let guids = NamespaceAbstraction.allCases.map(\.guid) + [unknown]
    let types = NamespaceType.allCases.map(\.guid) + [.zero, unknown]
    for slot in 0..<4 {
      odd += each("abstraction of slot \(slot)", guids) { labels, guid in
        labels.label(slot) { replace(&$0, at: Offsets.abstraction, with: guid.guidBytes) }
      }
    }
    odd += each("abstraction in the other byte order", guids) { labels, guid in
      labels.label(1) { replace(&$0, at: Offsets.abstraction, with: guid.bytes) }
    }
    odd += each("type", types) { labels, guid in
      labels.label(1) { replace(&$0, at: Offsets.type, with: guid.guidBytes) }
    }
    odd += [
      Oddity("type in the other byte order") { labels in
        labels.label(1) { replace(&$0, at: Offsets.type, with: NamespaceType.pmem.guid.bytes) }
      },
      Oddity("no uuid") { labels in labels.label(1) { replace(&$0, at: 0, with: UUID.zero.bytes) } },
      Oddity("no uuid in any label") { labels in
        for slot in 0..<4 { labels.label(slot) { replace(&$0, at: 0, with: UUID.zero.bytes) } }
      },
      Oddity("uuid of the neighbour") { labels in
        let uuid = [UInt8](labels.labelBytes(0)[..<16])
        labels.label(1) { replace(&$0, at: 0, with: uuid) }
      },
      Oddity("uuid of the neighbour, whose cookie is another") { labels in
        let uuid = [UInt8](labels.labelBytes(0)[..<16])
        labels.label(1) { replace(&$0, at: 0, with: uuid) }
        labels.set(Fields.cookie, 1, inSlot: 0)
      },
    ]
    for delta in [-1, 0, 1] {
      odd.append(
        Oddity("cookie of version 1.1, slot \(delta)") { labels in
          let cookies = InterleaveSetCookie(virtualSlot: max(labels.dimmSlot + delta, 0))
          labels.set(Fields.cookie, cookies.v1_1, inSlot: 1)
        })
      odd.append(
        Oddity("cookie of version 1.2, slot \(delta)") { labels in
          let cookies = InterleaveSetCookie(virtualSlot: max(labels.dimmSlot + delta, 0))
          labels.set(Fields.cookie, cookies.v1_2, inSlot: 1)
        })
    }
    odd += each("cookie", [0, 1, .max] as [UInt64]) { labels, cookie in labels.set(Fields.cookie, cookie, inSlot: 1) }
    odd += [
      Oddity("all cookies of the other slot") { labels in
        let cookies = InterleaveSetCookie(virtualSlot: labels.dimmSlot + 1)
        let cookie = labels.version == .v1_1 ? cookies.v1_1 : cookies.v1_2
        for slot in 0..<4 { labels.set(Fields.cookie, cookie, inSlot: slot) }
      }
    ]
    return odd
  }

  private static func replace(_ label: inout [UInt8], at offset: Int, with bytes: [UInt8]) {
    guard offset + bytes.count <= label.count else { return }
    label.replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }

  /// Names without a NUL are excluded: Linux shows bytes of its own memory behind them.
  static var labelNames: [Oddity] {
    var odd: [Oddity] = []
    let names: [[UInt8]] = [
      [0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0x80], [0xe2, 0x82], [0x0a],
      [0x61, 0x0a],
      [0x20], [0x0d, 0x1b, 0x5b, 0x33, 0x31, 0x6d], [0x22, 0x5c, 0x2f, 0x08, 0x0c], [0x7f, 0xc2, 0x80],
      [0, 0x61], Array(repeating: 0xfe, count: 63),
    ]
    odd += each("name", names) { labels, name in
      labels.label(1) { replace(&$0, at: Offsets.name, with: name + [UInt8](repeating: 0, count: 64 - name.count)) }
    }
    odd += [
      Oddity("something behind the name") { labels in
        labels.label(1) {
          replace(&$0, at: Offsets.name, with: [0x61, 0, 0x62, 0x63] + .init(repeating: 0x64, count: 60))
        }
      }
    ]
    return odd
  }

  static var labelSlots: [Oddity] {
    var odd: [Oddity] = []
    odd += each("slot of the label in slot 1", [0, 2, 5, 1 << 16 | 1, .max] as [UInt32]) { labels, number in
      labels.set(Fields.slot, number, inSlot: 1)
    }
    odd += [
      Oddity("labels in each other's slots") { labels in
        let (first, second) = (labels.labelBytes(1), labels.labelBytes(2))
        labels.put(second, inSlot: 1)
        labels.put(first, inSlot: 2)
      },
      Oddity("a label twice") { labels in labels.copy(1, to: 7) },
      Oddity("a label twice, the copy elsewhere") { labels in
        labels.copy(3, to: 7) { $0[Fields.dpa] += $0[Fields.rawSize] }
      },
      Oddity("a label twice, the copy before it") { labels in
        labels.copy(0, to: 7)
        labels.mark([0], used: false)
        labels.copy(1, to: 0)
      },
      Oddity("a label twice, with another uuid") { labels in labels.copy(1, to: 7) { $0[0] ^= 1 } },
      Oddity("a label twice, with another cookie") { labels in labels.copy(1, to: 7) { $0[Fields.cookie] = 1 } },
      Oddity("a label twice, elsewhere with another cookie") { labels in
        labels.copy(3, to: 7) {
          $0[Fields.dpa] += $0[Fields.rawSize]
          $0[Fields.cookie] = 1
        }
      },
      Oddity("an old copy in a free slot") { labels in
        labels.copy(1, to: 7)
        labels.mark([7], used: false)
      },
      Oddity("slot 0 used and zero") { labels in
        labels.put(.init(repeating: 0, count: labels.geometry.labelSize), inSlot: 0)
      },
      Oddity("slot 2 used and zero") { labels in
        labels.put(.init(repeating: 0, count: labels.geometry.labelSize), inSlot: 2)
      },
      Oddity("slot 2 used and all ones") { labels in
        labels.put(.init(repeating: 0xff, count: labels.geometry.labelSize), inSlot: 2)
      },
      Oddity("a label of zeros, but for slot and sum") { labels in
        labels.label(2) {
          $0 = .init(repeating: 0, count: $0.count)
          $0[Fields.slot] = 2
        }
      },
    ]
    odd += each("a wrong bit in the label at", [0, 16, 80, 100, 120, 128, 160, 248, 255]) { labels, offset in
      labels.label(1, isSummed: false) { if offset < $0.count { $0[offset] ^= 0x10 } }
    }
    return odd
  }

  /// Two oddities at once, so that the order of Linux's checks decides.
  static var pairs: [Oddity] {
    var odd: [Oddity] = []
    odd += [
      Oddity("an overlap with a label of another DIMM") { labels in
        labels.copy(3, to: 7) {
          $0[0] ^= 1
          $0[Fields.cookie] = 1
        }
      },
      Oddity("beyond the region, with another cookie") { labels in
        labels.label(3) {
          $0[Fields.rawSize] = 1 << 40
          $0[Fields.cookie] = 1
        }
      },
      Oddity("beyond the region, of another type") { labels in
        labels.set(Fields.dpa, labels.regionSize + (16 << 20), inSlot: 3)
        labels.set(Fields.setSize, 2, inSlot: 3)
      },
      Oddity("the wrong set behind good labels") { labels in labels.set(Fields.setSize, 2, inSlot: 3) },
      Oddity("the wrong set before good labels") { labels in labels.set(Fields.setSize, 2, inSlot: 0) },
      Oddity("a damaged sum and an overlap") { labels in
        labels.copy(1, to: 7) { $0[0] ^= 1 }
        labels.label(7, isSummed: false) { $0[17] ^= 1 }
      },
      Oddity("rawsize 0 with another cookie") { labels in
        labels.label(3) {
          $0[Fields.rawSize] = 0
          $0[Fields.cookie] = 1
        }
      },
      Oddity("rawsize 0 at the first address") { labels in
        labels.label(0) { $0[Fields.rawSize] = 0 }
        labels.mark([1, 2, 3], used: false)
      },
      Oddity("uuid of the neighbour and the wrong set") { labels in
        let uuid = [UInt8](labels.labelBytes(0)[..<16])
        labels.label(1) {
          $0.replaceSubrange(0..<16, with: uuid)
          $0[Fields.setSize] = 2
        }
      },
      Oddity("uuid of the neighbour, outside of the region") { labels in
        let uuid = [UInt8](labels.labelBytes(0)[..<16])
        let outside = labels.regionSize + 4096
        labels.label(1) {
          $0.replaceSubrange(0..<16, with: uuid)
          $0[Fields.dpa] = outside
        }
      },
    ]
    return odd
  }
}
