import Testing
import VirtualMachine

/// Objects placed in guest memory must not overlap.
@Suite("Address map")
struct AddressMapTests {
  @Test("claims are kept in the order of addresses; neighbours touch, nothing overlaps")
  func claims() throws {
    var map = AddressMap()
    try map.claim("b", at: 0x2000, count: 0x1000)
    try map.claim("a", at: 0x1000, count: 0x1000)
    try map.claim("nothing", at: 0x1800, count: 0)
    #expect(map.claims.map(\.name) == ["a", "b"])
    let conflict = #expect(throws: AddressConflict.self) { try map.claim("c", at: 0x2fff, count: 1) }
    #expect(conflict.map { "\($0)" } == "c at 0x2fff-0x2fff lies on b at 0x2000-0x2fff")
    #expect(map.claims.count == 2)
  }

  @Test("a claim past the end of the address space reaches its end")
  func overflow() throws {
    var map = AddressMap()
    try map.claim("top", at: .max - 0xfff, count: .max)
    #expect(throws: AddressConflict.self) { try map.claim("last", at: .max - 1, count: 1) }
  }
}
