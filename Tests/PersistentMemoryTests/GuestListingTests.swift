import Foundation
import PersistentMemory
import TestSupport
import Testing

/// `ndctl list -DRNvi` for a case of the corpus, our listing and the guest's, in a comparable form.
///
/// ndctl lists in the order of a hash. In a kernel that had seen other labels before ("warm"), namespaces have the
/// numbers that were free when they were made, and empty namespaces may be left over; for such a kernel, only the other
/// namespaces are compared, without their numbers.
struct ComparableListing {
  let regions: [NSDictionary]
  let dimms: [NSDictionary]

  init(_ listing: [String: Any], of recorded: LabelCase) throws {
    dimms = try #require(listing["dimms"] as? [NSDictionary]).sorted { Self.name($0) < Self.name($1) }
    // The script of this recording disabled the region explicitly.
    let isDisabledByHand = recorded.path == "kernel/trace_dsm_v12"
    // The script of this recording enabled each namespace explicitly, and stopped before the last one.
    let isEnabledByHand = recorded.path == "kernel/slots_exhausted"
    regions = try #require(listing["regions"] as? [[String: Any]]).map { region in
      var region = region
      let number = try #require(Self.name(region as NSDictionary).last.flatMap { Int(String($0)) })
      let isWarm = recorded.dimms.contains { $0.slot == number && $0.boot == "warm" }
      if isDisabledByHand {
        for key in ["state", "namespaces"] { region[key] = nil }
      } else if var namespaces = region["namespaces"] as? [[String: Any]] {
        if isWarm { namespaces = namespaces.filter { $0["size"] as? UInt64 != 0 }.map(Self.withoutNumbers) }
        if isEnabledByHand {
          for index in namespaces.indices {
            for key in ["state", "blockdev"] { namespaces[index][key] = nil }
          }
        }
        region["namespaces"] = (namespaces as [NSDictionary]).sorted { Self.key($0) < Self.key($1) }
      }
      return region as NSDictionary
    }.sorted { Self.name($0) < Self.name($1) }
  }

  private static func name(_ object: NSDictionary) -> String { object["dev"] as? String ?? "" }

  private static func key(_ namespace: NSDictionary) -> String {
    name(namespace) + (namespace["uuid"] as? String ?? "")
  }

  /// Returns the names of devices without the number of the namespace; the rest tells region and kind.
  private static func withoutNumbers(_ namespace: [String: Any]) -> [String: Any] {
    var namespace = namespace
    namespace["dev"] = nil
    namespace["blockdev"] = (namespace["blockdev"] as? String).map(withoutNumber)
    guard var region = namespace["daxregion"] as? [String: Any], var devices = region["devices"] as? [[String: Any]]
    else { return namespace }
    for index in devices.indices {
      devices[index]["chardev"] = (devices[index]["chardev"] as? String).map(withoutNumber)
    }
    region["devices"] = devices
    namespace["daxregion"] = region
    return namespace
  }

  private static func withoutNumber(_ device: String) -> String {
    device.replacingOccurrences(of: "\\.[0-9]+", with: "", options: .regularExpression)
  }
}

/// The known bytes of a region of the corpus: info blocks as Linux left them and, behind those of translation tables, a
/// log that was never written. Everything else is zero.
struct RecordedRegion {
  private let pieces: [(offset: UInt64, bytes: [UInt8])]

  init(of dimm: LabelCase.DIMM, in recorded: LabelCase) throws {
    let prefix = recorded.path.replacingOccurrences(of: "kernel/", with: "") + "/dimm\(dimm.slot)_"
    let blocks = RecordedInfoBlock.all.filter { $0.case.hasPrefix(prefix) }
    pieces = blocks.flatMap { block -> [(UInt64, [UInt8])] in
      guard let table = try? BTTInfoBlock(reading: block.bytes) else { return [(block.offset, block.bytes)] }
      let start = block.dpa + table.version.initialOffset
      return [(block.offset, block.bytes), (start + table.arena.logOffset, table.arena.initialLog)]
    }
  }

  /// Returns the `count` bytes at `offset`.
  func read(at offset: UInt64, count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    for piece in pieces {
      for (index, byte) in piece.bytes.enumerated() {
        let place = Int(piece.offset) + index - Int(offset)
        if bytes.indices.contains(place) { bytes[place] = byte }
      }
    }
    return bytes
  }
}

@Suite("What ndctl will list in the guest")
struct GuestListingTests {
  /// Returns the guest of a case, with the DIMMs one behind the other from 4 GiB on.
  static func regions(of recorded: LabelCase) throws -> [GuestRegion] {
    var base: UInt64 = 4 << 30
    return try recorded.dimms.map { dimm in
      let bytes = try RecordedRegion(of: dimm, in: recorded)
      defer { base += dimm.dataSize }
      return GuestRegion(
        NVDIMMDescription(slot: dimm.slot, base: base, length: dimm.dataSize),
        labels: try LabelArea(recorded.area(of: dimm)), boot: try #require(BootKind(rawValue: dimm.boot))
      ) { bytes.read(at: $0, count: $1) }
    }
  }

  static func json(_ regions: [GuestRegion]) throws -> [String: Any] {
    let data = Data(GuestListing(regions).json.description.utf8)
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("the listing is that of the guest", arguments: LabelCase.all)
  func corpus(recorded: LabelCase) throws {
    let ours = try ComparableListing(Self.json(Self.regions(of: recorded)), of: recorded)
    let theirs = try ComparableListing(recorded.list, of: recorded)
    #expect(ours.dimms == theirs.dimms)
    #expect(ours.regions == theirs.regions)
  }
}
