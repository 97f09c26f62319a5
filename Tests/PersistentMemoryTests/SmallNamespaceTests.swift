import FoundationEssentials
import PersistentMemory
import TestSupport
import Testing

/// Measured on 6.1.192: the driver needs 8 KiB of addresses for its search, whatever the size of the namespace.
@Suite("Namespaces of a page or two")
struct SmallNamespaceTests {
  /// Returns the size of each namespace that the guest shows for a region with raw namespaces at the given places and
  /// sizes, and whether it has a device. Empty namespaces are omitted.
  private static func shown(in size: UInt64, _ ranges: (start: UInt64, size: UInt64)...) throws -> [String] {
    let labels = ranges.map { range in
      var label = NamespaceLabel(blank: .v1_2)
      label.uuid = UUID()
      label[NamespaceLabel.Fields.setSize] = 1
      label[NamespaceLabel.Fields.cookie] = InterleaveSetCookie(virtualSlot: 0).v1_2
      label[NamespaceLabel.Fields.dpa] = range.start
      label[NamespaceLabel.Fields.rawSize] = range.size
      label.set(type: NamespaceType.pmem.guid, abstraction: NamespaceAbstraction.none.guid)
      return label
    }
    let device = NVDIMMDescription(slot: 0, base: 4 << 30, length: size)
    let area = try LabelArea(LabelArea.encoded(.v1_2, size: 131_072, labels: labels))
    let region = GuestRegion(device, labels: labels.isEmpty ? nil : area) { _, count in
      [UInt8](repeating: 0, count: count)
    }
    return try #require(region.namespaces).compactMap { namespace in
      namespace.extent.map { "\($0.size) \(namespace.probe?.isEnabled == true)" }
    }
  }

  @Test("a region of a page has no device, one of two has", arguments: [(UInt64(4096), false), (8192, true)])
  func region(size: UInt64, isEnabled: Bool) throws {
    #expect(try Self.shown(in: size) == ["\(size) \(isEnabled)"])
  }

  @Test("a page at the end of the region, before another namespace, and with nothing behind")
  func labelled() throws {
    let size: UInt64 = 16 << 20
    #expect(try Self.shown(in: size, (size - 4096, 4096)) == ["4096 false"])
    #expect(try Self.shown(in: size, (size - 8192, 4096)) == ["4096 true"])
    #expect(try Self.shown(in: size, (0, 4095)) == ["4095 false"])
    // The kernel sorts the addresses 0x100010000 and 0x10000f000 by their bytes, the lowest byte first.
    #expect(try Self.shown(in: size, (0xf000, 4096), (0x1_0000, 4096)) == ["4096 true", "4096 false"])
    #expect(try Self.shown(in: size, (0x1_0000, 4096), (0x1_1000, 4096)) == ["4096 true", "4096 true"])
  }

  @Test("an info block behind a namespace of a page, left from when it was longer", arguments: [4096, 4097, 8191])
  func blockBehind(size: UInt64) throws {
    let uuid = UUID()
    let layout = try #require(PFNLayout(start: 4 << 30, size: 16 << 20, map: .memory, alignment: 2 << 20))
    let block = PFNInfoBlock(.dax, uuid: UUID(), parent: uuid, map: .memory, layout: layout).encoded
    let extent = NamespaceExtent(start: 4 << 30, size: size, uuid: uuid, abstraction: .devdax, room: 16 << 20)
    let probe = NamespaceProbe(extent) { offset, count in
      offset == 4096 ? block : [UInt8](repeating: 0, count: count)
    }
    #expect(!probe.isEnabled)
    #expect(probe.problem == .refused(.dax, .alignment(2 << 20), offset: 4096))
    // An info block of another label's namespace is ignored.
    let other = NamespaceExtent(start: 4 << 30, size: size, uuid: UUID(), abstraction: .devdax, room: 16 << 20)
    #expect(NamespaceProbe(other) { _, _ in block }.isEnabled)
  }
}
