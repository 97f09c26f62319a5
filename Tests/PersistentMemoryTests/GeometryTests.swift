import PersistentMemory
import TestSupport
import Testing

private let kib: UInt64 = 1 << 10
private let mib: UInt64 = 1 << 20
private let gib: UInt64 = 1 << 30

/// The layout observed with QEMU 7.2 (the region as `query-memory-devices` reports it), and its refusals.
@Suite("Backend geometry")
struct GeometryTests {
  struct Layout: Sendable {
    let mapped: UInt64
    var label: UInt64 = 0
    var alignment: UInt64 = 0
    let region: UInt64
    var labelOffset: UInt64?
    var gap: UInt64 = 0
  }

  static let layouts: [Layout] = [
    // align=
    Layout(mapped: 65 * mib, alignment: 2 * mib, region: 64 * mib, gap: mib),
    Layout(
      mapped: 64 * mib, label: 128 * kib, alignment: 2 * mib, region: 65011712, labelOffset: 0x3fe0000,
      gap: 0x1e0000),
    Layout(
      mapped: 4 * mib, label: 128 * kib, alignment: 2 * mib, region: 2 * mib, labelOffset: 0x3e0000, gap: 0x1e0000),
    Layout(
      mapped: 64 * mib + 128 * kib, label: 128 * kib, alignment: 2 * mib, region: 64 * mib, labelOffset: 0x4000000),
    // size=
    Layout(mapped: 64 * mib + 1, region: 64 * mib, gap: 1),
    Layout(mapped: 8192, region: 8192),
    Layout(mapped: 4 * kib, region: 4 * kib),
    Layout(mapped: 65 * mib, region: 65 * mib),
    Layout(mapped: 6 * mib, region: 6 * mib),
    Layout(mapped: 1536 * kib, region: 1536 * kib),
    // label-size=
    Layout(mapped: 64 * mib, label: 128 * kib, region: 66977792, labelOffset: 0x3fe0000),
    Layout(mapped: 64 * mib, label: 128 * kib + 1, region: 66973696, labelOffset: 0x3fdffff, gap: 4095),
    Layout(mapped: 64 * mib, label: 256 * kib, region: 66846720, labelOffset: 0x3fc0000),
    Layout(mapped: 64 * mib, label: 64 * mib - 4096, region: 4096, labelOffset: 0x1000),
    Layout(mapped: 132 * kib, label: 128 * kib, region: 4096, labelOffset: 0x1000),
    Layout(mapped: 64 * mib + 1, label: 128 * kib, region: 66977792, labelOffset: 0x3fe0001, gap: 1),
    // The largest numbers.
    Layout(mapped: .max, region: .max - 4095, gap: 4095),
    Layout(mapped: .max, label: .max - 4096, region: 4096, labelOffset: 4096),
    Layout(mapped: .max, alignment: 1 << 63, region: 1 << 63, gap: (1 << 63) - 1),
  ]

  @Test("S, L and A give R, the label's offset and the gap", arguments: layouts)
  func layout(_ expected: Layout) throws {
    let geometry = try BackendGeometry(
      mappedSize: expected.mapped, labelSize: expected.label, alignment: expected.alignment)
    #expect(geometry.regionSize == expected.region)
    #expect(geometry.labelOffset == expected.labelOffset)
    #expect(geometry.gap == expected.gap)
    #expect(geometry.tail(ofBackend: expected.mapped) == 0)
    #expect(geometry.tail(ofBackend: expected.mapped - 1) == nil)
  }

  @Test func theTailIsWhatTheFileHasMore() throws {
    // File 96M, size=64M: the label area is at 0x3fe0000, not at the end of the file.
    let geometry = try BackendGeometry(mappedSize: 64 * mib, labelSize: 128 * kib)
    #expect(geometry.labelOffset == 0x3fe0000)
    #expect(geometry.tail(ofBackend: 96 * mib) == 32 * mib)
  }

  struct Refusal: Sendable {
    let mapped: UInt64
    var label: UInt64 = 0
    var alignment: UInt64 = 0
    let error: GeometryError
  }

  private static func noRoom(_ mapped: UInt64, _ label: UInt64, _ alignment: UInt64 = 4096) -> Refusal {
    Refusal(
      mapped: mapped, label: label, alignment: alignment,
      error: .noRoomForRegion(mappedSize: mapped, labelSize: label, alignment: alignment))
  }

  static let refusals: [Refusal] =
    [1, 64 * kib, 131071].map { Refusal(mapped: 64 * mib, label: $0, error: .labelTooSmall($0)) }
    + [1, 3, 512, 1 * kib, 2 * kib, 3 * kib, 4097].map {
      Refusal(mapped: 64 * mib, alignment: $0, error: .alignmentNotPageMultiple(alignment: $0, pageSize: 4096))
    } + [
      Refusal(mapped: 64 * mib, alignment: 3 * mib, error: .alignmentNotPowerOfTwo(3 * mib)),
      // "the size of memdev mem1 (0x4000000) is too small to contain nvdimm label (0x0) and aligned PMEM (0x40000000)"
      noRoom(64 * mib, 0, gib),
      noRoom(2 * mib, 128 * kib, 2 * mib),
      noRoom(64 * mib, 64 * mib), noRoom(64 * mib, 64 * mib - 1), noRoom(64 * mib, 128 * mib),
      noRoom(64 * mib, 4 * gib), noRoom(64 * mib, .max),
      noRoom(128 * kib, 128 * kib), noRoom(100 * kib, 128 * kib), noRoom(128 * kib + 1, 128 * kib),
      noRoom(1 * kib, 0), noRoom(1, 0), noRoom(0, 0),
    ]

  @Test("what QEMU refuses is refused with its figures", arguments: refusals)
  func refusal(_ refused: Refusal) {
    #expect(throws: refused.error) {
      try BackendGeometry(mappedSize: refused.mapped, labelSize: refused.label, alignment: refused.alignment)
    }
  }
}
