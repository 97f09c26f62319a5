import Foundation
import PersistentMemory
import TestSupport
import Testing

/// Measured with QEMU 7.2 (pc, `nvdimm-persistence=cpu`) and Linux 6.1.192: four nodes, of which 0 and 1 have memory,
/// and a DIMM on node 0, 1 (`unarmed=on`), 3 and 2 in each slot in turn.
@Suite("What ndctl lists of the machine")
struct GuestMachineTests {
  private static func listing(_ persistence: PersistenceDomain?) throws -> [String: Any] {
    let regions = [0, 1, 3, 2].enumerated().map { slot, node in
      GuestRegion(
        NVDIMMDescription(
          slot: slot, base: 4 << 30 + UInt64(slot) << 25, length: 32 << 20, node: UInt32(node), isUnarmed: slot == 1),
        labels: nil
      ) { _, count in [UInt8](repeating: 0, count: count) }
    }
    let data = Data(GuestListing(regions, persistence: persistence, populatedNodes: [0, 1]).json.description.utf8)
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("nodes: that of the device, and the one with memory that is nearest")
  func nodes() throws {
    let regions = try #require(Self.listing(nil)["regions"] as? [[String: Any]])
    #expect(regions.map { $0["target_node"] as? Int } == [0, 1, 3, 2])
    #expect(regions.map { $0["numa_node"] as? Int } == [0, 1, 0, 0])
    let namespaces = regions.compactMap { ($0["namespaces"] as? [[String: Any]])?.first }
    #expect(namespaces.map { $0["target_node"] as? Int } == [0, 1, 3, 2])
    #expect(namespaces.map { $0["numa_node"] as? Int } == [0, 1, 0, 0])
  }

  @Test("DIMMs that are not armed")
  func unarmed() throws {
    let dimms = try #require(Self.listing(nil)["dimms"] as? [[String: Any]])
    #expect(dimms.map { $0["flag_failed_arm"] as? Bool } == [nil, true, nil, nil])
  }

  @Test(
    "the persistence domain",
    arguments: [(PersistenceDomain?.none, "unknown"), (.cpu, "cpu_cache"), (.memoryController, "memory_controller")])
  func persistence(domain: PersistenceDomain?, name: String) throws {
    let regions = try #require(Self.listing(domain)["regions"] as? [[String: Any]])
    #expect(Set(regions.map { $0["persistence_domain"] as? String }) == [name])
  }
}
