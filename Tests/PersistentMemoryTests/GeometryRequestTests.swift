import Basics
import PersistentMemory
import TestSupport
import Testing

private let kib: UInt64 = 1 << 10
private let mib: UInt64 = 1 << 20
private let gib: UInt64 = 1 << 30

@Suite("The geometry of a backend that is asked for")
struct GeometryRequestTests {
  struct Row: Sendable {
    let size: GeometryRequest.Size
    var label = LabelSize.automatic
    var backend: UInt64 = 0
    var guest: UInt64 = 0
    var architecture = Architecture.x86_64
    let mapped: UInt64
    let labelSize: UInt64
    let region: UInt64
  }

  static let rows: [Row] = [
    // The guest sees the requested size, and the file is a multiple of libvirt's 2 MiB.
    Row(size: .region(128 * mib), mapped: 130 * mib, labelSize: 2 * mib, region: 128 * mib),
    Row(size: .region(1 << 40), mapped: 1 << 40 + 2 * mib, labelSize: 2 * mib, region: 1 << 40),
    Row(size: .region(129 * mib), mapped: 130 * mib, labelSize: mib, region: 129 * mib),
    Row(size: .region(4 * kib), mapped: 2 * mib, labelSize: 2 * mib - 4 * kib, region: 4 * kib),
    Row(size: .region(2 * mib - 64 * kib), mapped: 4 * mib, labelSize: 2 * mib + 64 * kib, region: 2 * mib - 64 * kib),
    Row(
      size: .region(128 * mib), label: .exactly(128 * kib), mapped: 128 * mib + 128 * kib, labelSize: 128 * kib,
      region: 128 * mib),
    Row(
      size: .region(128 * mib), label: .exactly(128 * kib + 1), mapped: 128 * mib + 132 * kib,
      labelSize: 128 * kib + 1, region: 128 * mib),
    Row(size: .region(128 * mib), label: .none, mapped: 128 * mib, labelSize: 0, region: 128 * mib),
    Row(
      size: .region(128 * mib), label: .exactly(128 * kib), backend: 2 * mib, mapped: 130 * mib,
      labelSize: 128 * kib, region: 128 * mib),
    Row(size: .region(gib), backend: 16 * mib, mapped: gib + 16 * mib, labelSize: 16 * mib, region: gib),
    // A label area of 1 GiB would be absurd, so the rest becomes the gap.
    Row(size: .region(gib), backend: gib, mapped: 2 * gib, labelSize: 32 * mib, region: gib),
    // The size of the file is given: the label area takes the bytes that the guest could not use.
    Row(size: .mapped(128 * mib), mapped: 128 * mib, labelSize: 16 * mib, region: 112 * mib),
    Row(size: .mapped(128 * mib + 128 * kib), mapped: 128 * mib + 128 * kib, labelSize: 128 * kib, region: 128 * mib),
    Row(size: .mapped(130 * mib), mapped: 130 * mib, labelSize: 2 * mib, region: 128 * mib),
    Row(
      size: .mapped(128 * mib + 64 * kib), mapped: 128 * mib + 64 * kib, labelSize: 16 * mib + 64 * kib,
      region: 112 * mib),
    Row(size: .mapped(16 * mib + 128 * kib), mapped: 16 * mib + 128 * kib, labelSize: 128 * kib, region: 16 * mib),
    // Too small for a multiple of the guest's alignment.
    Row(size: .mapped(16 * mib), mapped: 16 * mib, labelSize: 128 * kib, region: 16 * mib - 128 * kib),
    Row(size: .mapped(132 * kib), mapped: 132 * kib, labelSize: 128 * kib, region: 4 * kib),
    // The backend's alignment is already enough for the guest.
    Row(size: .mapped(128 * mib), backend: 16 * mib, mapped: 128 * mib, labelSize: 128 * kib, region: 112 * mib),
    Row(size: .mapped(128 * mib), guest: 2 * mib, mapped: 128 * mib, labelSize: 2 * mib, region: 126 * mib),
    // No sensible label area turns the rest into a multiple of 1 GiB.
    Row(size: .mapped(3 * gib), guest: gib, mapped: 3 * gib, labelSize: 128 * kib, region: 3 * gib - 128 * kib),
    Row(
      size: .mapped(3 * gib + 8 * mib), guest: gib, mapped: 3 * gib + 8 * mib, labelSize: 8 * mib, region: 3 * gib),
    Row(size: .mapped(64 * mib), label: .none, mapped: 64 * mib, labelSize: 0, region: 64 * mib),
    // libvirt's own test case for pseries: 768 MiB and a label area of 128 KiB.
    Row(
      size: .region(768 * mib), architecture: .ppc64, mapped: 805_437_440, labelSize: 128 * kib, region: 768 * mib),
    Row(
      size: .region(64 * mib), backend: 0, architecture: .s390x, mapped: 66 * mib, labelSize: 2 * mib, region: 64 * mib),
  ]

  @Test("is the one expected", arguments: rows)
  func row(_ row: Row) throws {
    let geometry = try GeometryRequest(
      size: row.size, labelSize: row.label, backendAlignment: row.backend, guestAlignment: row.guest,
      architecture: row.architecture
    ).geometry()
    #expect(geometry.mappedSize == row.mapped)
    #expect(geometry.labelSize == row.labelSize)
    #expect(geometry.regionSize == row.region)
  }

  static let refusals: [(GeometryRequest, GeometryError)] = [
    (.init(size: .region(0)), .regionEmpty),
    (.init(size: .mapped(0)), .regionEmpty),
    (.init(size: .region(64 * mib + 1)), .regionNotAligned(regionSize: 64 * mib + 1, alignment: 4096)),
    (.init(size: .region(1)), .regionNotAligned(regionSize: 1, alignment: 4096)),
    (
      .init(size: .region(65 * mib), backendAlignment: 2 * mib),
      .regionNotAligned(regionSize: 65 * mib, alignment: 2 * mib)
    ),
    (.init(size: .mapped(64 * mib + 1)), .mappedSizeNotPageMultiple(mappedSize: 64 * mib + 1, pageSize: 4096)),
    (.init(size: .region(64 * mib), labelSize: .exactly(64 * kib)), .labelTooSmall(64 * kib)),
    (.init(size: .region(64 * mib), labelSize: .exactly(0)), .labelTooSmall(0)),
    (.init(size: .region(64 * mib), labelSize: .exactly(4 * gib)), .labelTooLarge(4 * gib)),
    (
      .init(size: .mapped(64 * mib), labelSize: .exactly(64 * mib)),
      .noRoomForRegion(mappedSize: 64 * mib, labelSize: 64 * mib, alignment: 4096)
    ),
    (
      .init(size: .mapped(128 * kib)),
      .noRoomForRegion(mappedSize: 128 * kib, labelSize: 128 * kib, alignment: 4096)
    ),
    (.init(size: .region(64 * mib), backendAlignment: 3), .alignmentNotPageMultiple(alignment: 3, pageSize: 4096)),
    (.init(size: .region(64 * mib), backendAlignment: 3 * mib), .alignmentNotPowerOfTwo(3 * mib)),
    (.init(size: .region(64 * mib), guestAlignment: 3 * mib), .guestAlignmentNotPowerOfTwo(3 * mib)),
    (.init(size: .region(.max - 4095)), .tooLarge),
    (.init(size: .region(.max - 4095), labelSize: .exactly(128 * kib)), .tooLarge),
    (.init(size: .region(256 * mib), labelSize: .none, architecture: .ppc64), .labelRequired(.ppc64)),
    (
      .init(size: .region(64 * mib), architecture: .ppc64),
      .regionNotGranular(regionSize: 64 * mib, granularity: 256 * mib)
    ),
  ]

  @Test("is refused with its figures where there is none", arguments: refusals)
  func refusal(request: GeometryRequest, error: GeometryError) {
    #expect(throws: error) { try request.geometry() }
  }

  @Test("a wanted region comes back exactly, and from its file size and label area again") func inverse() throws {
    var random = SeededGenerator(fuzzing: "geometry inverse")
    for _ in 0..<20_000 {
      let alignment = UInt64(4096) << UInt64.random(in: 0...20, using: &random)
      let region = UInt64.random(in: 1...(1 << 62) / alignment, using: &random) * alignment
      let label: LabelSize =
        [.automatic, .none, .exactly(UInt64.random(in: 131072...UInt64(UInt32.max), using: &random))]
        .randomElement(using: &random) ?? .automatic
      let geometry = try GeometryRequest(size: .region(region), labelSize: label, backendAlignment: alignment)
        .geometry()
      #expect(geometry.regionSize == region)
      #expect(geometry.mappedSize.isMultiple(of: alignment))
      let label2: LabelSize = geometry.labelSize == 0 ? .none : .exactly(geometry.labelSize)
      let again = try GeometryRequest(
        size: .mapped(geometry.mappedSize), labelSize: label2, backendAlignment: alignment
      ).geometry()
      #expect(again == geometry)
    }
  }

  @Test("an automatic label area makes the region a multiple of 16 MiB wherever there is room") func automatic() throws
  {
    var random = SeededGenerator(fuzzing: "automatic label size")
    for _ in 0..<20_000 {
      let mapped = (UInt64.random(in: 16 * mib + 128 * kib...1 << 45, using: &random)).alignedDown(to: 4096)
      let geometry = try GeometryRequest(size: .mapped(mapped)).geometry()
      #expect(geometry.mappedSize == mapped)
      #expect(geometry.remainder(guestAlignment: 16 * mib) == 0)
      #expect(geometry.gap == 0)
      #expect((128 * kib..<16 * mib + 128 * kib).contains(geometry.labelSize))
    }
  }

  @Test("no numbers trap, and what is given is consistent") func anyNumbers() {
    var random = SeededGenerator(fuzzing: "geometry of any numbers")
    func number() -> UInt64 {
      let shift = UInt64.random(in: 0...63, using: &random)
      let near = UInt64(1) << shift &+ [0, 1, .max, 4096, 131072].randomElement(using: &random)!
      return Bool.random(using: &random) ? near : UInt64.random(in: 0 ... .max, using: &random) >> shift
    }
    for _ in 0..<50_000 {
      let request = GeometryRequest(
        size: Bool.random(using: &random) ? .region(number()) : .mapped(number()),
        labelSize: [.automatic, .none, .exactly(number())].randomElement(using: &random)!,
        backendAlignment: number(), guestAlignment: number(),
        architecture: Architecture.allCases.randomElement(using: &random)!)
      guard let geometry = try? request.geometry() else { continue }
      let parts = geometry.regionSize + geometry.gap + geometry.labelSize
      let isConsistent =
        geometry.regionSize > 0 && parts == geometry.mappedSize && geometry.gap < geometry.alignment
        && (geometry.labelSize == 0 || geometry.labelSize >= 131072)
      if !isConsistent { Issue.record("\(request) gives \(geometry)") }
    }
  }
}
