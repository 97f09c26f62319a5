import Basics
import FoundationEssentials
import LabelChange
import PersistentMemory
import TestSupport

/// The namespaces that the guest's kernel shows for a backend before and after a change.
enum PlannedBackend {
  static let mebibyte: UInt64 = 1 << 20

  /// Returns the recorded backend of `dimm`.
  static func recorded(_ recorded: LabelCase, _ dimm: LabelCase.DIMM) throws -> LabelledBackend {
    let geometry = try BackendGeometry(
      mappedSize: dimm.dataSize + UInt64(dimm.labelSize), labelSize: UInt64(dimm.labelSize))
    return try LabelledBackend(
      LabelArea(recorded.area(of: dimm)), geometry: geometry, length: geometry.mappedSize)
  }

  /// Returns a backend with one raw namespace at each of `extents`, named `pmem0` and so on.
  static func labelled(
    _ extents: [(dpa: UInt64, size: UInt64)], _ version: LabelVersion = .v1_2, slot: Int = 0,
    region: UInt64 = 128 * mebibyte, labelSize: UInt64 = 128 << 10, tail: UInt64 = 0, isFile: Bool = true,
    changing: (inout NamespaceLabel) -> Void = { _ in }
  ) throws -> LabelledBackend {
    let cookie = InterleaveSetCookie(virtualSlot: slot)
    let labels = extents.enumerated().map { number, extent in
      var label = MadeLabels.label(
        version, cookie: version == .v1_1 ? cookie.v1_1 : cookie.v1_2, dpa: extent.dpa, rawSize: extent.size,
        uuid: MadeLabels.uuid(number), name: "pmem\(number)")
      changing(&label)
      return label
    }
    let geometry = try BackendGeometry(mappedSize: region + labelSize, labelSize: labelSize)
    return try LabelledBackend(
      LabelArea(LabelArea.encoded(version, size: Int(labelSize), labels: labels)), geometry: geometry,
      length: geometry.mappedSize + tail, isFile: isFile)
  }

  /// Returns the namespaces that Linux shows for a DIMM in `slot`, or `nil` if it refuses the DIMM or its region.
  static func shown(_ bytes: [UInt8], regionSize: UInt64, slot: Int = 0) throws -> [LabelledNamespace]? {
    let probe = RegionProbe(
      try LabelArea(bytes), regionSize: regionSize, cookie: InterleaveSetCookie(virtualSlot: slot), boot: .warm)
    switch probe.outcome {
    case .namespaces(let namespaces): return namespaces
    case .labelless: return []
    case .refused: return nil
    }
  }

  static func shown(_ backend: LabelledBackend, slot: Int = 0) throws -> [LabelledNamespace]? {
    try shown(backend.area.bytes.array, regionSize: backend.geometry.regionSize, slot: slot)
  }

  /// Returns the namespaces that Linux shows after a change.
  static func shown(after change: LabelAreaChange, slot: Int = 0) throws -> [LabelledNamespace]? {
    guard let after = change.after else { return nil }
    return try shown(after.bytes.array, regionSize: after.offset.alignedDown(to: 4096), slot: slot)
  }
}

extension LabelledNamespace {
  /// The properties that no change of the labels may alter. The slots may change.
  struct Essence: Hashable {
    let uuid: UUID
    let name: String
    let dpa: UInt64
    let size: UInt64
    let sectorSize: UInt64
  }

  var essence: Essence { Essence(uuid: uuid, name: name, dpa: dpa, size: size, sectorSize: sectorSize) }
}

extension Optional where Wrapped == [LabelledNamespace] {
  var essences: [LabelledNamespace.Essence]? { self?.map(\.essence) }
}
