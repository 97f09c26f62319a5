import PersistentMemory
import Testing

@Suite("Interleave set cookies")
struct LabelCookieTests {
  /// The values of sysfs `set_cookie` for the DIMMs of QEMU 7.2.
  static let rows: [(slot: Int, v1_1: UInt64, v1_2: UInt64)] = [
    (0, 0x2468_ac00_1234_56, 0xba_9012_0012_b4dc), (1, 0x2468_ae00_1234_57, 0xba_901c_0012_b4dd),
    (2, 0x2468_b000_1234_58, 0xba_9026_0012_b4de), (3, 0x2468_b200_1234_59, 0xba_9030_0012_b4df),
  ]

  @Test("of one virtual DIMM", arguments: rows)
  func virtual(slot: Int, v1_1: UInt64, v1_2: UInt64) {
    let cookie = InterleaveSetCookie(virtualSlot: slot)
    #expect(cookie.v1_1 == v1_1)
    #expect(cookie.v1_2 == v1_2)
    #expect(cookie.alternative == v1_1)
    #expect(InterleaveSetCookie.virtualSlot(of: v1_1) == slot)
    #expect(InterleaveSetCookie.virtualSlot(of: v1_2) == slot)
  }

  @Test("cookies of no virtual DIMM name no slot", arguments: [0, 1, UInt64.max, 0x2468_ac00_1234_57])
  func foreign(cookie: UInt64) { #expect(InterleaveSetCookie.virtualSlot(of: cookie) == nil) }

  /// Fletcher64 by hand: the sum of the words, and the sum of those sums.
  @Test("of two DIMMs depend on the order of offsets, the historic one on their bytes")
  func pair() {
    let low = InterleaveSetMember(regionOffset: 1, serialNumber: 1, vendorID: 0x8086)
    let high = InterleaveSetMember(regionOffset: 0x100, serialNumber: 2, vendorID: 0x8086)
    let cookie = InterleaveSetCookie([high, low])
    #expect(cookie == InterleaveSetCookie([low, high]))
    // Words 1, 0, 1, 0 and 0x100, 0, 2, 0; sums 1, 1, 2, 2, 0x102, 0x102, 0x104, 0x104.
    #expect(cookie.v1_1 == 0x412_0000_0104)
    // Bytes 00 01 sort before 01 00: sums 0x100, 0x100, 0x102, 0x102, 0x103, 0x103, 0x104, 0x104.
    #expect(cookie.alternative == 0x812_0000_0104)
  }
}
