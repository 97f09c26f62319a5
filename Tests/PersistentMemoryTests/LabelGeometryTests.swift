import PersistentMemory
import Testing

@Suite("Label geometry")
struct LabelGeometryTests {
  struct Row: Sendable {
    let size: Int
    let v1_1: (index: Int, slots: Int)
    let v1_2: (index: Int, slots: Int)
  }

  /// Linux 6.1, `sizeof_namespace_index` and `nvdimm_num_label_slots`. The rows for 128K, 132K, 160K, 192K, 256K, 1M
  /// and 2M were observed in a guest. Linux accepts no fewer than 768 bytes, UEFI no fewer than 1024.
  static let rows = [
    Row(size: 1 << 10, v1_1: (256, 4), v1_2: (256, 2)),
    Row(size: 4 << 10, v1_1: (256, 28), v1_2: (256, 14)),
    Row(size: 64 << 10, v1_1: (256, 508), v1_2: (256, 254)),
    Row(size: 128 << 10, v1_1: (256, 1020), v1_2: (256, 510)),
    Row(size: 132 << 10, v1_1: (256, 1052), v1_2: (256, 526)),
    Row(size: 160 << 10, v1_1: (256, 1276), v1_2: (256, 638)),
    Row(size: 192 << 10, v1_1: (512, 1528), v1_2: (256, 766)),
    Row(size: 256 << 10, v1_1: (512, 2040), v1_2: (256, 1022)),
    Row(size: 512 << 10, v1_1: (768, 4084), v1_2: (512, 2044)),
    Row(size: 1 << 20, v1_1: (1280, 8172), v1_2: (768, 4090)),
    Row(size: 2 << 20, v1_1: (2304, 16348), v1_2: (1280, 8182)),
    Row(size: 16 << 20, v1_1: (16640, 130812), v1_2: (8448, 65470)),
  ]

  @Test("index size and slots of common areas", arguments: rows)
  func table(row: Row) throws {
    for (labelSize, expected) in [(128, row.v1_1), (256, row.v1_2)] {
      let geometry = try #require(LabelGeometry(areaSize: row.size, labelSize: labelSize))
      #expect(geometry.indexSize == expected.index)
      #expect(geometry.slotCount == expected.slots)
      #expect(geometry.offset(ofSlot: geometry.slotCount) == row.size, "no byte is left over")
    }
  }

  @Test("the two steps leave 512 bytes unused in 296 of the sizes that are multiples of 4 KiB up to 16 MiB")
  func unusedTail() throws {
    var odd: [Int] = []
    for size in stride(from: 4096, through: 16 << 20, by: 4096) {
      for labelSize in LabelGeometry.labelSizes {
        let geometry = try #require(LabelGeometry(areaSize: size, labelSize: labelSize))
        let unused = size - geometry.offset(ofSlot: geometry.slotCount)
        if unused != 0 {
          #expect(unused == 512)
          odd.append(size)
        }
      }
    }
    #expect(odd.count == 296)
    #expect(odd.prefix(3) == [1724 << 10, 1980 << 10, 2236 << 10])
  }

  @Test(
    "the smallest areas",
    arguments: [(0, 128, false), (767, 128, false), (768, 128, true), (1023, 256, false), (1024, 256, true)])
  func smallest(size: Int, labelSize: Int, fits: Bool) {
    #expect((LabelGeometry(areaSize: size, labelSize: labelSize) != nil) == fits)
  }
}
