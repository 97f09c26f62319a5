import Basics
import CommandSupport
import FoundationEssentials
import PersistentMemory

/// The answer under `--json`: the document of `ndctl read-labels -j`, with more in it.
///
/// Keys that ndctl has hold what ndctl prints: `label` lists every slot whose slot field is its own number, used or
/// not; `nslot` and `seq` are signed. `type_guid` and `abstraction_guid` are the sixteen bytes in the order as they lie
/// on media, which is not the GUID (its first three parts are little-endian) but what scripts made for ndctl compare
/// with. The GUIDs themselves are `type_uuid` and `abstraction_uuid`.
struct DumpDocument: Encodable {
  struct Area: Encodable {
    let path: String
    let offset: UInt64
    let size: Int
    let region: UInt64?
    /// Nil for a CXL device.
    let slot: Int?

    init(_ source: LabelAreaSource, slot: Int?) {
      path = source.path
      offset = source.location.offset
      size = source.location.size
      region = source.regionSize
      self.slot = slot
    }
  }

  struct Index: Encodable {
    let signature: String
    let major: UInt16
    let minor: UInt16
    let labelsize: UInt64
    let seq: Int32
    let nslot: Int32
    // Ours.
    let offset: Int
    let valid: Bool
    let current: Bool
    let defect: String?
  }

  struct Label: Encodable {
    let uuid: String
    let name: String
    let slot: UInt32
    let position: UInt16
    let nlabel: UInt16
    let flags: UInt32
    let isetcookie: UInt64
    let lbasize: UInt64
    let dpa: UInt64
    let rawsize: UInt64
    let typeGUID: String?
    let abstractionGUID: String?
    // Ours.
    let used: Bool
    let valid: Bool
    let verdict: String?
    let rule: String?
    let typeUUID: String?
    let type: String?
    let abstractionUUID: String?
    let abstraction: String?

    private enum CodingKeys: String, CodingKey {
      case uuid, name, slot, position, nlabel, flags, isetcookie, lbasize, dpa, rawsize, used, valid, verdict, rule
      case type, abstraction
      case typeGUID = "type_guid"
      case abstractionGUID = "abstraction_guid"
      case typeUUID = "type_uuid"
      case abstractionUUID = "abstraction_uuid"
    }
  }

  struct UsedSlot: Encodable {
    let slot: Int
    let verdict: String
    let rule: String?
  }

  struct Namespace: Encodable {
    let uuid: String
    let name: String
    let dpa: UInt64
    let size: UInt64
    let slot: Int?
  }

  struct Linux: Encodable {
    let boot: String
    /// `labelled`, `labelless` or `refused`.
    let dimm: String
    /// `namespaces`, `labelless` or `refused`.
    let region: String
    let outcome: String
    let namespaces: [Namespace]
    let slots: [UsedSlot]
  }

  let format = 1
  let dev: String
  let area: Area
  let currentIndex: Int?
  let usedSlots: [Int]
  let index: [Index]
  let label: [Label]
  let findings: [Finding]
  let linux: Linux

  private enum CodingKeys: String, CodingKey {
    case format, dev, area, index, label, findings, linux
    case currentIndex = "current_index"
    case usedSlots = "used_slots"
  }
}
